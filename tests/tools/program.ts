/**
 * Which program the tests run: the source, or what TEST_PROGRAM names (words with blanks between), so that one suite
 * holds for the source and for the bundle under each runtime.
 * @module
 */
import { fileURLToPath } from "node:url";

/** Whether the tests are about another program than the source: then nothing of it may run in the tests' own process. */
export const isOtherProgram: boolean = Boolean(Deno.env.get("TEST_PROGRAM"));

/** The words that start the program under test. */
export function programCommand(): string[] {
  const named = Deno.env.get("TEST_PROGRAM");
  if (named) return named.split(" ");
  return [Deno.execPath(), "run", "-A", fileURLToPath(new URL("../../main.ts", import.meta.url))];
}

/** How {@linkcode runAsChild} runs. */
export interface ChildOptions {
  /** All the variables that it has. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interrupts it, as Ctrl+C does. */
  readonly signal?: AbortSignal;
}

/** Runs the program under test as if it ran in this process: with these variables, and without a home folder. */
export async function runAsChild(
  argv: readonly string[],
  { env, signal }: ChildOptions,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const [program = "", ...args] = programCommand();
  const variables = Object.entries({ HOME: "/nonexistent", PATH: Deno.env.get("PATH"), ...env });
  const child = new Deno.Command(program, {
    args: [...args, ...argv],
    clearEnv: true,
    env: Object.fromEntries(variables.flatMap(([name, value]) => value === undefined ? [] : [[name, value]])),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const interrupt = (): void => child.kill("SIGINT");
  if (signal?.aborted) interrupt();
  else signal?.addEventListener("abort", interrupt);
  const { code, stdout, stderr } = await child.output();
  signal?.removeEventListener("abort", interrupt);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
