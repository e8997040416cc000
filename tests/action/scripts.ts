import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Result } from "../../lib/shapes/result.ts";
import { type Use, use, type Used } from "./runner.ts";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** A folder whose programs stand before all others. */
export class Programs implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async open(scripts: Readonly<Record<string, string>>): Promise<Programs> {
    const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-programs-"));
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(folder, name), `#!/usr/bin/env bash\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
    return new Programs(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** What a program that did nothing tells by --json. */
export const DONE: Result = {
  command: "export",
  version: "0.1.0",
  outcome: "done",
  exit_code: 0,
  error: null,
  source: null,
  kiroframe: null,
  folder: null,
  report: null,
  read: null,
  unchanged: 0,
  written: null,
  sent: null,
  skipped: null,
  left_out: null,
  failed: [],
  removed_folders: [],
  gone: null,
  rows: null,
  plan: null,
  checks: null,
  seconds: 1,
  calls: { source: 0, kiroframe: 0, retries: 0 },
  next: null,
};

/**
 * Uses the action with a script in the program's place, which logs what it prints and tells the result: the first step is left to a Deno
 * that is only named.
 */
export async function useScript(
  script: string,
  options: Use = {},
  result: Partial<Result> | string = {},
): Promise<Used> {
  const text = typeof result === "string" ? result : JSON.stringify({ ...DONE, ...result });
  await using programs = await Programs.open({
    deno: `if [[ $1 == --version ]]; then echo "deno 2.9.6"; exit; fi
while [[ $1 != *main.ts ]]; do shift; done; shift
cat <<'END_OF_RESULT'
${text}
END_OF_RESULT
exec >&2
${script}`,
  });
  return await use({ ...options, path: [programs.folder, ...(options.path ?? [])] });
}

export function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}
