/**
 * What every form of the program must share with the source: the same words, files and exit codes.
 * @module
 */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { experimentMeta, makeFolder, runMeta } from "../mlflow/store/files/folder.ts";
import type { FormCommand } from "./bundled.ts";
import { execute, type Outcome, type RunOptions, sourceCommand } from "./programs.ts";

/** Registers the tests of some forms of the program, which are told as `what`. */
export function testSameAsSource(what: string, forms: readonly FormCommand[]): void {
  Deno.test(`${what} prints the source's version and help`, async () => {
    const { stdout } = await compare(forms, ["--version"], { same: (text) => text.replace(/ \(.*\)$/m, "") });
    assert.match(stdout, /^kiroframe-importer \d+\.\d+\.\d+ \(Deno \d+\.\d+\.\d+\)\n$/);
    assert.match((await compare(forms, ["--help"])).stdout, /--tracking-url/);
    assert.match((await compare(forms, ["completions", "bash"])).stdout, /complete/);
  });

  Deno.test(`${what} explains misuse as the source does, with exit code 2`, async () => {
    assert.equal((await compare(forms, ["--nope"])).code, 2);
    const { code, stderr } = await compare(forms, []);
    assert.equal(code, 2);
    assert.match(stderr, /^ERROR: missing required parameter\(s\): /);
  });

  Deno.test(`${what} carries the demo's worlds, and says nothing else while it runs`, async () => {
    const { code, stdout, stderr } = await compare(forms, ["demo"], { same: withoutNumbers });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^Sent +4 experiments, 4 runs/m);
  });

  Deno.test(`${what} exports the source's files, and its log names the source's files and lines`, async () => {
    await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
    const flags = ["export", "--tracking-url", mlflow.url, "--download-artifacts"];
    const files = await exportByEach(forms, flags);
    assert.match(files.get("export.log") ?? "", / INFO \[mlf_export\] export\.ts:\d+: Prepared working directory/);
  });

  Deno.test(`${what} reaches servers as the source does where proxies are set: undici is in it`, async () => {
    await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
    const env = { HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" };
    await exportByEach(forms, ["export", "--tracking-url", mlflow.url], env);
  });

  Deno.test(`${what} ends with 130 when it is interrupted`, async () => {
    await using mlflow = await startMlflowSandbox({ world: digitsWorld(), latencyMs: 60_000 });
    for (const [name, command] of forms) {
      const base = await mkdtemp(join(tmpdir(), "kiroframe-importer-form-"));
      const seen = mlflow.requestCount;
      const { code } = await execute([...command, "export", "--tracking-url", mlflow.url, "--base-dir", base], {
        onStart: (child) => {
          const timer = setInterval(() => {
            if (mlflow.requestCount === seen) return;
            clearInterval(timer);
            child.kill("SIGINT");
          }, 20);
        },
      });
      assert.equal(code, 130, name);
      await rm(base, { recursive: true });
    }
  });

  Deno.test(`${what} reads a file store as the source does, keys in the folder's own order`, async () => {
    const names = ["zeta", "alpha", "m10", "m2", "beta", "x/y"];
    using store = makeFolder({
      "1/meta.yaml": experimentMeta("1"),
      "1/tags/owner": "ada",
      "1/abc/meta.yaml": runMeta("abc", { run_name: "'many words\n  on two lines'" }),
      ...Object.fromEntries(names.map((name) => [`1/abc/metrics/${name}`, "1 0.5 0\n2 nan 1\n3 1e-07 2\n"])),
      ...Object.fromEntries(names.map((name) => [`1/abc/params/${name}`, "a\n☃\n"])),
      "1/foreign/notes.txt": "x",
    });
    const files = await exportByEach(forms, ["export", "--tracking-url", store.root]);
    assert.match(files.get("runs.json") ?? "", /"value": 1e-07/);
    assert.match(files.get("export.log") ?? "", /Skipped .*foreign: it has no meta.yaml/);
  });
}

/** Compares a run of each form with one of the source, which is returned. */
async function compare(
  forms: readonly FormCommand[],
  args: readonly string[],
  options: RunOptions & { readonly same?: (text: string) => string } = {},
): Promise<Outcome> {
  const { same = (text) => text, ...run } = options;
  const [expected, ...others] = await Promise.all(
    [["source", sourceCommand()] as const, ...forms].map(async ([name, command]) => {
      const outcome = await execute([...command, ...args], run);
      return { name, outcome, shown: { ...outcome, stdout: same(outcome.stdout), stderr: same(outcome.stderr) } };
    }),
  );
  assert.ok(expected !== undefined);
  for (const { name, shown } of others) assert.deepEqual(shown, expected.shown, name);
  return expected.outcome;
}

/** Numbers, times and folders differ from run to run. */
function withoutNumbers(text: string): string {
  return text.replace(/\d+(\.\d+)? s$/gm, "N s").replace(/\d{8}_\d{4}_\d{6}/g, "FOLDER").replace(
    /\d+(\.\d+)? (bytes|KB|calls)/g,
    "N $2",
  ).replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
}

/** Exports by the source and by each form, and returns the files, which are the same. */
async function exportByEach(
  forms: readonly FormCommand[],
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Map<string, string>> {
  const [expected, ...others] = await Promise.all(
    [sourceCommand(), ...forms.map(([, command]) => command)].map((command) => exportBy(command, flags, env)),
  );
  assert.ok(expected !== undefined);
  for (const [index, files] of others.entries()) assert.deepEqual(files, expected, forms[index]?.[0] ?? "");
  return expected;
}

/** Exports once and returns every file by its path, with what differs from run to run replaced. */
async function exportBy(
  command: readonly string[],
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Map<string, string>> {
  const base = await mkdtemp(join(tmpdir(), "kiroframe-importer-form-"));
  const { code, stdout, stderr } = await execute([...command, ...flags, "--base-dir", base], { env });
  assert.deepEqual([code, stderr], [0, ""], stdout);
  const [name = ""] = await readdir(base);
  const entries = await readdir(join(base, name), { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries.filter((entry) => entry.isFile() && !entry.name.startsWith(".state"))) {
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "latin1");
    files.set(
      path.slice(join(base, name).length + 1).replaceAll("\\", "/"),
      text.replaceAll(base, "BASE").replaceAll(name, "FOLDER").replace(/^\d{4}-\d\d-\d\d [\d:,]+/gm, "TIME")
        .replace(/Report made [-\d]+ [\d:]+ UTC/, "Report made TIME")
        .replace(/"sha256": "\w+"/g, "SHA256"),
    );
  }
  assert.ok(files.size > 9, [...files.keys()].join(", "));
  await rm(base, { recursive: true });
  return files;
}
