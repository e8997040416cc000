/**
 * Programs that are measured: how long they took, and how much memory they had at most.
 * @module
 */
import { fileURLToPath } from "node:url";

/** A program that has ended. */
export interface Measured {
  /** From its start to its end, milliseconds. */
  readonly ms: number;
  /** Most resident memory, MB (Linux; 0 elsewhere). */
  readonly peakMb: number;
  /** CPU time of all its threads, seconds (Linux; 0 elsewhere). */
  readonly cpuS: number;
  /** Standard output. */
  readonly output: string;
}

const pollMs = 20;
const decoder = new TextDecoder();

/** A command that is put before what is measured, on a machine that others use too: BENCH_WITH="chrt -r 1". */
const BEFORE = (Deno.env.get("BENCH_WITH") ?? "").split(" ").filter((word) => word !== "");

/** A command with what is put before it. */
export function measured(command: readonly string[]): readonly string[] {
  return [...BEFORE, ...command];
}

/** Runs a program to its end. Rejects with all that it said if it failed. */
export async function measure(
  command: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Measured> {
  const [program = "", ...args] = measured(command);
  const start = performance.now();
  const child = new Deno.Command(program, {
    args,
    env: { NO_COLOR: "1", MLFLOW_DISABLE_TELEMETRY: "true", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let [peakMb, cpuS] = [0, 0];
  const timer = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid));
    cpuS = Math.max(cpuS, cpuOf(child.pid));
  }, pollMs);
  const ended = child.status.then(() => performance.now());
  const [{ code, stdout, stderr }, end] = await Promise.all([child.output(), ended]);
  clearInterval(timer);
  const output = decoder.decode(stdout);
  if (code !== 0) {
    throw new Error(`${[program, ...args].join(" ")} ended with ${code}:\n${output}${decoder.decode(stderr)}`);
  }
  return { ms: end - start, peakMb, cpuS, output };
}

/** The command that runs a file of this repository. */
export function deno(path: string, ...args: readonly string[]): string[] {
  return [Deno.execPath(), "run", "-A", fileURLToPath(new URL(`../${path}`, import.meta.url)), ...args];
}

/** The command that exports a server into a folder below `baseDir`. */
export function ours(trackingUrl: string, baseDir: string): string[] {
  return deno("main.ts", "export", "--tracking-url", trackingUrl, "--base-dir", baseDir);
}

/** The newest dated folder below `baseDir`. */
export function newestFolder(baseDir: string): string {
  const names = [...Deno.readDirSync(baseDir)].map(({ name }) => name).filter((name) => /^\d{8}_/.test(name)).sort();
  return `${baseDir}/${names.at(-1)}`;
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s*(\d+) kB/.exec(procText(pid, "status"))?.[1] ?? 0) / 1024;
}

function cpuOf(pid: number): number {
  // Behind the name in brackets come the state and ten numbers, then user and system time in hundredths of a second.
  const fields = procText(pid, "stat").replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function procText(pid: number, name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${name}`);
  } catch {
    return "";
  }
}
