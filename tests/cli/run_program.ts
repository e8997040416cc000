/** Runs the program inside the test's process, as main.ts would. Where TEST_PROGRAM names another, as a child. */
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../lib/cli/run.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox, KiroframeSandboxOptions } from "../../sandbox/kiroframe/types.ts";
import { type MlflowSandbox, type MlflowSandboxOptions, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import type { Environment } from "../../lib/environment.ts";
import { isOtherProgram, runAsChild } from "../tools/program.ts";

/** What a run of the program left. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runProgram(
  argv: readonly string[],
  options: {
    readonly env?: Environment;
    readonly signal?: AbortSignal;
    /** What `--env-file` may name, in this process alone. @default {none} */
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Promise<Outcome> {
  if (isOtherProgram) return await runAsChild(argv, { env: options.env ?? {}, signal: options.signal });
  const written = { stdout: "", stderr: "" };
  const code = await run(argv, {
    env: options.env ?? {},
    home: "/nonexistent",
    readFile: (path) => {
      const text = options.files?.[path];
      if (text === undefined) throw new Error("no such file");
      return text;
    },
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, ...written };
}

/** An MLflow, a Kiroframe and a base folder, for one test. */
export class Lab implements AsyncDisposable {
  private constructor(readonly mlflow: MlflowSandbox, readonly kiroframe: KiroframeSandbox, readonly base: string) {}

  static async open(
    options: { mlflow?: MlflowSandboxOptions; kiroframe?: KiroframeSandboxOptions } = {},
  ): Promise<Lab> {
    const mlflow = await startMlflowSandbox({ world: digitsWorld(), ...options.mlflow });
    const kiroframe = await startKiroframeSandbox(options.kiroframe);
    return new Lab(mlflow, kiroframe, await mkdtemp(join(tmpdir(), "kiroframe-lab-")));
  }

  /** The flags of an export from here. */
  get exportFlags(): string[] {
    return ["--tracking-url", this.mlflow.url, "--base-dir", this.base];
  }

  /** The flags of an import to here. */
  get importFlags(): string[] {
    return ["--kiroframe-url", this.kiroframe.url, "--profiling-token", this.kiroframe.token];
  }

  /** The export folders, oldest first. */
  async folders(): Promise<string[]> {
    const paths = (await readdir(this.base)).filter((name) => /^\d{8}_/.test(name)).map((name) =>
      join(this.base, name)
    );
    // The names tell the minute but not the second.
    const made = await Promise.all(
      paths.map(async (path) => ({ path, ms: (await stat(join(path, "export.json"))).mtimeMs })),
    );
    return made.sort((a, b) => a.ms - b.ms).map(({ path }) => path);
  }

  /** A file of the newest folder, as text. */
  async read(name: string): Promise<string> {
    return await readFile(join((await this.folders()).at(-1) ?? "", name), "utf8");
  }

  /** The rows of a file of the newest folder. */
  // deno-lint-ignore no-explicit-any
  async rows(name: string): Promise<any[]> {
    const text = await this.read(name);
    return text.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mlflow.close();
    await this.kiroframe.close();
    await rm(this.base, { recursive: true });
  }
}
