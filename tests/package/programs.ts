/**
 * The program in each form that users have it, run as they run it.
 * @module
 */
import { fileURLToPath } from "node:url";
import { OLDEST_NODE } from "../../tools/bundle.ts";

/** How a program ended and what it said. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program. */
export interface RunOptions {
  /** Variables besides PATH and HOME. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder. @default {the test's own} */
  readonly cwd?: string;
  /** Standard input. @default {none} */
  readonly input?: string;
  /** Told of the running process, to send it a signal. */
  readonly onStart?: (child: Deno.ChildProcess) => void;
}

/** The words that start the program from its source. */
export function sourceCommand(): string[] {
  return [Deno.execPath(), "run", "-A", fileURLToPath(new URL("../../main.ts", import.meta.url))];
}

/** The words that start npm or npx. */
export function npmCommand(program: "npm" | "npx"): string[] {
  return Deno.build.os === "windows" ? ["cmd", "/c", program] : [program];
}

/** The runtimes that the npm package is held to run on, as npm names them. */
export const RUNTIMES = [`node@${OLDEST_NODE}`, "node@24", "node@26", "bun@1.4.5"] as const;

const found = new Map<string, Promise<string>>();

/** Returns the path of the oldest Node that the bundle runs under, which npm fetches. */
export function nodePath(): Promise<string> {
  return runtimePath(RUNTIMES[0]);
}

/** Returns the path of a runtime, which npm fetches. */
export function runtimePath(name: typeof RUNTIMES[number]): Promise<string> {
  const path = found.get(name) ?? findRuntime(name);
  found.set(name, path);
  return path;
}

async function findRuntime(name: string): Promise<string> {
  const { code, stdout, stderr } = await execute([
    ...npmCommand("npx"),
    "--yes",
    name,
    "-p",
    "process.execPath",
  ], {
    env: Deno.env.toObject(),
  });
  const path = stdout.trim();
  if (code !== 0 || path === "") {
    throw new Error(`Cannot test under ${name}: npx could not fetch it (exit ${code})\n${stderr}`);
  }
  return path;
}

/** Runs a command to its end. Its environment holds only what it needs, so that the user's own variables change nothing. */
export async function execute([program = "", ...args]: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const kept = ["PATH", "HOME", "USERPROFILE", "SystemRoot", "TMPDIR", "TEMP", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const child = new Deno.Command(program, {
    args,
    clearEnv: true,
    env: { ...Object.fromEntries(kept), ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  options.onStart?.(child);
  if (options.input !== undefined) await new Blob([options.input]).stream().pipeTo(child.stdin);
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
