/**
 * Runs the reference and ours as a user does, each with a receiver of its own, and gives back all that they left.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type RecordedCall, startReceiver } from "./receiver.ts";
import { venvPython } from "./venvs.ts";

/** The token that both programs send. */
export const profilingToken = "token-of-the-live-tests";

/** How a program ended and what it left. */
export interface Outcome {
  readonly exitCode: number;
  /** Standard output and standard error. */
  readonly said: string;
  /** The dated folder; empty when there is none. */
  readonly folder: string;
  /** What Kiroframe got, in order. */
  readonly calls: readonly RecordedCall[];
}

/** What is the same for both programs. */
export interface ProgramOptions {
  readonly trackingUrl: string;
  /** Parent of the dated folder. */
  readonly baseDir: string;
  /** Further flags. @default {[]} */
  readonly args?: readonly string[];
  /** Further variables. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs kiroframe_importer 0.0.10 in its own environment. */
export async function runReference(options: ProgramOptions): Promise<Outcome> {
  return await runProgram([await venvPython("reference-0.0.10"), "-m", "kiroframe_importer.importer"], options);
}

/** Runs ours from its source. */
export async function runOurs(options: ProgramOptions): Promise<Outcome> {
  const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
  return await runProgram([Deno.execPath(), "run", "-A", main], options);
}

async function runProgram(command: readonly string[], options: ProgramOptions): Promise<Outcome> {
  const [program = "", ...args] = command;
  await using receiver = startReceiver();
  await Deno.mkdir(options.baseDir, { recursive: true });
  const output = await new Deno.Command(program, {
    args: [
      ...args,
      ...["--tracking-url", options.trackingUrl, "--kiroframe-url", receiver.url],
      ...["--profiling-token", profilingToken, "--base-dir", options.baseDir],
      ...(options.args ?? []),
    ],
    env: { MLFLOW_DISABLE_TELEMETRY: "true", NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const folders = (await Array.fromAsync(Deno.readDir(options.baseDir))).filter((entry) => /^\d{8}_/.test(entry.name));
  const said = new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr);
  return {
    exitCode: output.code,
    said,
    folder: folders[0] ? join(options.baseDir, folders[0].name) : "",
    calls: [...receiver.calls],
  };
}
