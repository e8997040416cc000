/** The one-file bundle beside the source: the same words, files and exit codes, under Deno and under the oldest Node that is promised. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { bundle, HEAD } from "../../tools/bundle.ts";
import { experimentMeta, makeFolder, runMeta } from "../mlflow/store/files/folder.ts";
import { bundleCommands, bundleOnce } from "./bundled.ts";
import { execute, nodePath, type Outcome, type RunOptions, sourceCommand } from "./programs.ts";

const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-bundle-"));
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const made = await bundleOnce();
const RUNTIMES = await bundleCommands();

/** Compares a run of the bundle with one of the source, under both runtimes. */
async function compare(
  args: readonly string[],
  options: RunOptions & { readonly same?: (text: string) => string } = {},
): Promise<Outcome> {
  const { same = (text) => text, ...run } = options;
  const [expected, ...others] = await Promise.all(
    [["source", sourceCommand()] as const, ...RUNTIMES].map(async ([name, command]) => {
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
    / +\d+ bytes/g,
    " N bytes",
  );
}

Deno.test("the bundle prints the source's version and help", async () => {
  assert.match((await compare(["--version"])).stdout, /^kiroframe-importer \d+\.\d+\.\d+\n$/);
  assert.match((await compare(["--help"])).stdout, /--tracking-url/);
  assert.match((await compare(["completions", "bash"])).stdout, /complete/);
});

Deno.test("the bundle explains misuse as the source does, with exit code 2", async () => {
  assert.equal((await compare(["--nope"])).code, 2);
  const { code, stderr } = await compare([]);
  assert.equal(code, 2);
  assert.match(stderr, /^ERROR: missing required parameter\(s\): /);
});

Deno.test("the bundle carries the demo's worlds, and says nothing else while it runs", async () => {
  const { code, stdout, stderr } = await compare(["demo"], { same: withoutNumbers });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^Sent +4 experiments, 4 runs/m);
});

Deno.test("the bundle exports the source's files, and its log names the source's files and lines", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const flags = ["export", "--tracking-url", mlflow.url, "--download-artifacts"];
  const files = await exportByEach(flags);
  assert.match(files.get("export.log") ?? "", / INFO \[mlf_export\] export\.ts:\d+: Prepared working directory/);
});

Deno.test("the bundle reaches servers as the source does where proxies are set: undici is in it", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const env = { HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" };
  await exportByEach(["export", "--tracking-url", mlflow.url], env);
});

Deno.test("the bundle ends with 130 when it is interrupted", async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld(), latencyMs: 60_000 });
  for (const [name, command] of RUNTIMES) {
    const base = await mkdtemp(join(folder, "stopped-"));
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
  }
});

Deno.test("the bundle runs beside any package.json, as a script and as a module", async () => {
  for (const type of ["commonjs", "module", undefined]) {
    const near = await mkdtemp(join(folder, "near-"));
    const path = join(near, "kiroframe-importer.js");
    await Deno.copyFile(made.path, path);
    await Deno.writeTextFile(join(near, "package.json"), JSON.stringify({ type }));
    for (
      const command of [
        [await nodePath(), path],
        ...(type === "commonjs" ? [[Deno.execPath(), "run", "-A", path]] : []),
      ]
    ) {
      const { code, stdout, stderr } = await execute([...command, "--version"]);
      assert.deepEqual([code, stderr], [0, ""], `${command[0]} with type ${type}`);
      assert.match(stdout, /^kiroframe-importer /);
    }
  }
});

Deno.test("the bundle tells the user of an older runtime what is needed, and goes on under a newer one", () => {
  const cases: [versions: { readonly node: string; readonly deno?: string }, found?: string][] = [
    [{ node: "20.20.2" }, "Node 20.20.2"],
    [{ node: "22.18.9" }, "Node 22.18.9"],
    [{ node: "22.19.0" }],
    [{ node: "24.0.0" }],
    // Deno says that it is some Node.
    [{ node: "26.0.0", deno: "2.4.4" }, "Deno 2.4.4"],
    [{ node: "20.0.0", deno: "2.5.0" }],
    [{ node: "20.0.0", deno: "3.0.0" }],
  ];
  for (const [versions, found] of cases) {
    const said: string[] = [];
    const fake = {
      versions,
      stderr: { write: (text: string) => said.push(text) },
      exit: (code: number) => said.push(`exit ${code}`),
    };
    new Function("process", HEAD.split("\n").slice(1).join("\n"))(fake);
    const needed = "Node 22.19 or newer, or Deno 2.5 or newer";
    const refused = [`ERROR: kiroframe-importer needs ${needed}: found ${found}\n`, "exit 1"];
    assert.deepEqual(said, found === undefined ? [] : refused);
  }
});

Deno.test("the bundle starts with a line for the shell, tells nothing of its builder, and leaves out what is not used", async () => {
  const text = await readFile(made.path, "utf8");
  assert.ok(text.startsWith("#!/usr/bin/env node\n"));
  for (const secret of [Deno.cwd(), Deno.env.get("HOME") ?? "HOME"]) {
    assert.ok(!text.includes(secret), secret);
  }
  const map = JSON.parse(atob(text.slice(text.lastIndexOf("base64,") + 7)));
  assert.deepEqual(map.sources.filter((source: string) => !/^(lib\/[a-z_/0-9]+|main)\.ts$/.test(source)), []);
  // One `import { z } from "zod"` anywhere brings all of zod.
  assert.deepEqual(made.sources.filter((source) => /zod.*\/locales\/de\b/.test(source)), []);
  assert.deepEqual((await bundle(folder)).bytes, made.bytes);
});

/** Exports by the source and by the bundle, and returns the files, which are the same. */
async function exportByEach(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Map<string, string>> {
  const [expected, ...others] = await Promise.all(
    [sourceCommand(), ...RUNTIMES.map(([, command]) => command)].map((command) => exportBy(command, flags, env)),
  );
  assert.ok(expected !== undefined);
  for (const [index, files] of others.entries()) assert.deepEqual(files, expected, RUNTIMES[index]?.[0] ?? "");
  return expected;
}

/** Exports once and returns every file by its path, with what differs from run to run replaced. */
async function exportBy(
  command: readonly string[],
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Map<string, string>> {
  const base = await mkdtemp(join(folder, "export-"));
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

Deno.test("the bundle reads a file store as the source does, keys in the folder's own order", async () => {
  const names = ["zeta", "alpha", "m10", "m2", "beta", "x/y"];
  using store = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    "1/tags/owner": "ada",
    "1/abc/meta.yaml": runMeta("abc", { run_name: "'many words\n  on two lines'" }),
    ...Object.fromEntries(names.map((name) => [`1/abc/metrics/${name}`, "1 0.5 0\n2 nan 1\n3 1e-07 2\n"])),
    ...Object.fromEntries(names.map((name) => [`1/abc/params/${name}`, "a\n☃\n"])),
    "1/foreign/notes.txt": "x",
  });
  const files = await exportByEach(["export", "--tracking-url", store.root]);
  assert.match(files.get("runs.json") ?? "", /"value": 1e-07/);
  assert.match(files.get("export.log") ?? "", /Skipped .*foreign: it has no meta.yaml/);
});
