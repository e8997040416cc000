/**
 * Runs the reference and ours as a user does, each with a receiver of its own, and gives back all that they left.
 * @module
 */
import { join } from "node:path";
import { programCommand } from "../../tools/program.ts";
import { type Receiver, type RecordedCall, startReceiver } from "./receiver.ts";
import type { Environment } from "../../../lib/environment.ts";
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
  /** What stands for Kiroframe. @default {a receiver that takes everything} */
  readonly receiver?: Receiver;
  /** Further variables. @default {{}} */
  readonly env?: Environment;
  /** The words that start ours. @default {its source, or what TEST_PROGRAM names} */
  readonly program?: readonly string[];
}

/** Runs kiroframe_importer 0.0.10 in its own environment. */
export async function runReference(options: ProgramOptions): Promise<Outcome> {
  return await runProgram([await venvPython("reference-0.0.10"), "-m", "kiroframe_importer.importer"], options);
}

/** Runs ours. */
export async function runOurs(options: ProgramOptions): Promise<Outcome> {
  return await runProgram(options.program ?? programCommand(), options);
}

/** Runs ours to import a folder into the receiver; its outcome's folder is that one. */
export async function runImport(folder: string, receiver: Receiver): Promise<Outcome> {
  const before = receiver.calls.length;
  const output = await execute([...programCommand(), "import", folder, ...kiroframeFlags(receiver)], {});
  return { ...output, folder, calls: receiver.calls.slice(before) };
}

function kiroframeFlags(receiver: Receiver): string[] {
  return ["--kiroframe-url", receiver.url, "--profiling-token", profilingToken];
}

async function runProgram(command: readonly string[], options: ProgramOptions): Promise<Outcome> {
  await using own = options.receiver ? undefined : startReceiver();
  const receiver = options.receiver ?? own as Receiver;
  const before = receiver.calls.length;
  await Deno.mkdir(options.baseDir, { recursive: true });
  const output = await execute([
    ...command,
    ...["--tracking-url", options.trackingUrl, "--base-dir", options.baseDir],
    ...kiroframeFlags(receiver),
    ...(options.args ?? []),
  ], options.env ?? {});
  const names = (await Array.fromAsync(Deno.readDir(options.baseDir))).map((entry) => entry.name);
  const dated = names.find((name) => /^\d{8}_/.test(name));
  return { ...output, folder: dated ? join(options.baseDir, dated) : "", calls: receiver.calls.slice(before) };
}

async function execute(
  [program = "", ...args]: readonly string[],
  env: Environment,
): Promise<{ exitCode: number; said: string }> {
  const output = await new Deno.Command(program, {
    args,
    env: { MLFLOW_DISABLE_TELEMETRY: "true", NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  return {
    exitCode: output.code,
    said: new TextDecoder().decode(output.stdout) + new TextDecoder().decode(output.stderr),
  };
}
