import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openPage } from "../../../lib/cli/commands/open_page.ts";
import { runProgram } from "../run_program.ts";

const OPENER = process.platform === "darwin" ? "open" : "xdg-open";
const ignore = process.platform === "win32";

/** Runs a test with an opener that is this script, in place of the system's. */
async function withOpener(
  script: string,
  test: (env: { PATH: string }, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-opener-"));
  try {
    await writeFile(join(folder, OPENER), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, OPENER), 0o755);
    await test({ PATH: `${folder}:/usr/bin:/bin` }, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function opened(env: { PATH: string }): Promise<string[]> {
  const warnings: string[] = [];
  const silent = (): void => {};
  const logger = { debug: silent, info: silent, warn: (text: string) => void warnings.push(text), error: silent };
  await openPage("/tmp/a page.html", { env, logger });
  return warnings;
}

Deno.test({
  name: "openPage() gives the path to the system's opener, and tells where that cannot open it",
  ignore,
  async fn(): Promise<void> {
    await withOpener('printf %s "$1" > "$(dirname "$0")/given"', async (env, folder) => {
      assert.deepEqual(await opened(env), []);
      assert.equal(await readFile(join(folder, "given"), "utf8"), "/tmp/a page.html");
    });
    await withOpener("exit 4", async (env) => {
      assert.deepEqual(await opened(env), [
        `Cannot open /tmp/a page.html: ${OPENER} ended with 4; open it in a browser`,
      ]);
    });
    const [warning = ""] = await opened({ PATH: "/nonexistent" });
    assert.match(warning, /^Cannot open \/tmp\/a page\.html: .*(?:ENOENT|not found).*; open it in a browser$/i);
  },
});

Deno.test({
  name: "demo --open opens the report that it prints the path of",
  ignore,
  fn: () =>
    withOpener('printf %s "$1" > "$(dirname "$0")/given"', async (env, folder) => {
      const { code, stdout } = await runProgram(["demo", "--open"], { env });
      assert.equal(code, 0);
      const page = await readFile(join(folder, "given"), "utf8");
      assert.match(page, /report\.html$/);
      assert.ok(stdout.includes(`\nReport   ${page}\n`), stdout);
    }),
});
