/** The command lines of docs/running.md with least permissions: they suffice, and each permission is needed. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { execute, type Outcome } from "./programs.ts";

const ROOT = new URL("../../", import.meta.url);

/** The page's lines, with the examples in them replaced. */
async function commands(replacements: Readonly<Record<string, string>>): Promise<string[][]> {
  const readme = await readFile(new URL("docs/running.md", ROOT), "utf8");
  const lines = readme.replaceAll("\\\n", "").split("\n").filter((line) => line.startsWith("deno run --allow-net="));
  assert.equal(lines.length, 2);
  return lines.map((line) => {
    const words = line.split(/ +/).map((word) =>
      Object.entries(replacements).reduce((text, [example, value]) => text.replaceAll(example, () => value), word)
    );
    return [Deno.execPath(), "run", "--no-prompt", ...words.slice(2)];
  });
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  // By its real path: macOS names its temporary folder by a link.
  const folder = await Deno.realPath(await mkdtemp(join(tmpdir(), "kiroframe-importer-least-")));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("the least permissions of docs/running.md suffice for an export and an import, and none can be left out", () =>
  inFolder(async (folder) => {
    await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
    await using kiroframe = await startKiroframeSandbox();
    const [command = []] = await commands({
      "http://mlflow.example:5000": mlflow.url,
      "mlflow.example:5000": new URL(mlflow.url).host,
      "https://my.kiroframe.com": kiroframe.url,
      "my.kiroframe.com": new URL(kiroframe.url).host,
      TOKEN: kiroframe.token,
      "main.ts": fileURLToPath(new URL("main.ts", ROOT)),
    });
    const run = async (words: readonly string[], name: string): Promise<Outcome> => {
      const cwd = join(folder, name);
      await mkdir(join(cwd, "exports"), { recursive: true });
      return await execute(words, { cwd, env: { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" } });
    };
    const { code, stdout, stderr } = await run(command, "all");
    assert.deepEqual([code, stderr], [0, ""], stdout);
    assert.equal(kiroframe.runs.size, 4);
    assert.equal((await readdir(join(folder, "all", "exports"))).length, 1);

    const permissions = command.filter((word) => word.startsWith("--allow-"));
    assert.equal(permissions.length, 5);
    await Promise.all(permissions.map(async (permission, index) => {
      const outcome = await run(command.filter((word) => word !== permission), `without-${index}`);
      assert.notEqual(outcome.code, 0, permission);
    }));
  }));

Deno.test("the least permissions of docs/running.md suffice for the demo", () =>
  inFolder(async (folder) => {
    const [, command = []] = await commands({
      "/tmp": folder,
      "main.ts": fileURLToPath(new URL("main.ts", ROOT)),
    });
    const { code, stdout, stderr } = await execute(command, { env: { TMPDIR: folder, TEMP: folder, TMP: folder } });
    assert.deepEqual([code, stderr], [0, ""], stdout);
    assert.match(stdout, /^Sent +4 experiments, 4 runs/m);
  }));
