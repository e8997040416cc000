/** The whole program, run as a user runs it: as a child process, or (many times faster) in this process by lib/cli/run.ts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../lib/cli/run.ts";
import { isOtherProgram, programCommand, runAsChild } from "../tools/program.ts";

/** What everything random in this folder is made from. */
export const SEED = 20_261_123;

/** How a run of the program ended. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run is given besides its arguments. */
export interface RunOptions {
  /** Variables. @default {QUICK} */
  readonly env?: Readonly<Record<string, string>>;
  /** Asks it to stop. */
  readonly signal?: AbortSignal;
}

/** Variables with which failures are tried again at once, and waited for briefly. */
export const QUICK: Readonly<Record<string, string>> = Object.fromEntries(
  ["MLFLOW", "KIROFRAME"].flatMap((service) => [
    [`${service}_HTTP_REQUEST_MAX_RETRIES`, "8"],
    [`${service}_HTTP_REQUEST_BACKOFF_FACTOR`, "0.002"],
    [`${service}_HTTP_REQUEST_TIMEOUT`, "10"],
  ]),
);

/** The same with a time-out that a test can wait for, and fewer attempts. */
export const HASTY: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(QUICK).map(([name, value]) => [name, name.endsWith("TIMEOUT") ? "0.4" : value]),
);

/** Runs the program in this process: everything but main.ts. Where TEST_PROGRAM names another, as a child. */
export async function runHere(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  if (isOtherProgram) {
    const { code, ...said } = await runAsChild(args, { env: options.env ?? QUICK, signal: options.signal });
    return { exitCode: code, ...said };
  }
  const said = { stdout: "", stderr: "" };
  const exitCode = await run(args, {
    env: options.env ?? QUICK,
    home: "/nonexistent",
    readFile: (path) => readFileSync(path, "utf8"),
    stdout: { write: (text) => said.stdout += text },
    stderr: { write: (text) => said.stderr += text },
    signal: options.signal ?? new AbortController().signal,
  });
  return { exitCode, ...said };
}

/** What a child is started with, for `Deno.Command`. */
export function childCommand(args: readonly string[], options: RunOptions = {}): Deno.Command {
  const [program = "", ...words] = programCommand();
  return new Deno.Command(program, {
    args: [...words, ...args],
    env: { NO_COLOR: "1", ...(options.env ?? QUICK) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs the program as a child process. */
export async function runChild(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { code, stdout, stderr } = await childCommand(args, options).output();
  const decoder = new TextDecoder();
  return { exitCode: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A folder that is removed at the end. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** The only export folder below it. */
  exported(): Promise<string>;
}

/** Makes a folder in the system's temporary one. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await Deno.makeTempDir({ prefix: "kiroframe-importer-faults-" });
  return {
    path,
    async exported(): Promise<string> {
      const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).filter((name) =>
        /^\d/.test(name)
      );
      if (names.length !== 1) throw new RangeError(`expected one export folder, found ${names.length}`);
      return join(path, names[0] ?? "");
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Shows a line among the results. */
export function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
