/** What an attacker, or an odd user, can put into MLflow, end to end: nothing leaves its folder, nothing moves a cursor. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { World } from "../../sandbox/world/mod.ts";
import { parseCsv } from "../tools/parse_csv.ts";
import { runChild, runHere, temporaryFolder } from "./program.ts";
import { flagsFor } from "./truth.ts";

const ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31m\nERROR: all is lost\r\u202e\u0085\x9b31m";

/** Paths as a listing may hold them, and whether they are taken on Linux. */
const PATHS: readonly (readonly [path: string, isTaken: boolean])[] = [
  ["../../escaped.txt", false],
  ["a/../../../escaped.txt", false],
  ["/tmp/kiroframe-importer-escaped.txt", false],
  ["nul\u0000byte.txt", false],
  [`${"x".repeat(300)}.txt`, false],
  ["a//b.txt", false],
  ["./c.txt", false],
  ["C:\\Windows\\evil.txt", true],
  ["C:evil.txt", true],
  ["CON", true],
  ["aux.txt", true],
  ["..\\..\\evil.txt", true],
  ["\x1b[2Jcleared.txt", true],
  ["line\nbreak.txt", true],
  ["ünïcode/näme, 100%.txt", true],
];

Deno.test({
  name:
    "artifact paths: what would leave the run's folder is refused and told, the rest is written, and nothing lies elsewhere",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const world = new World();
    const run = world.addRun({ experimentId: "0" });
    await using mlflow = await startMlflowSandbox({ world });
    await using server = listingServer(mlflow.url, PATHS.map(([path]) => path));
    await using folder = await temporaryFolder();
    const base = join(folder.path, "base");
    const args = ["export", "--tracking-url", server.url, "--base-dir", base, "--download-artifacts"];
    const outcome = await runChild(args);
    assert.equal(outcome.exitCode, 3, outcome.stderr + outcome.stdout);
    assertNothingRaw(outcome.stdout + outcome.stderr);
    const [name = ""] = (await Array.fromAsync(Deno.readDir(base))).map((entry) => entry.name);
    const runFolder = join(base, name, "artifacts", run.id);
    const taken = PATHS.filter(([, isTaken]) => isTaken).map(([path]) => path);
    assert.deepEqual((await filesBelow(runFolder, "")).sort(), taken.sort());
    const [entry] = JSON.parse(await Deno.readTextFile(join(base, name, "artifacts_manifest.json")));
    assert.equal(entry.run_id, run.id);
    assert.match(entry.artifacts_error, /^7 of 15 files failed/);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name), ["base"]);
    assert.equal(await exists("/tmp/kiroframe-importer-escaped.txt"), false);
  },
});

/** Passes everything on to a sandbox, but lists (and gives) files with paths of the test's choice. */
function listingServer(target: string, paths: readonly string[]): { url: string } & AsyncDisposable {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    async (request): Promise<Response> => {
      const { pathname, search } = new URL(request.url);
      if (pathname.endsWith("/artifacts/list")) {
        return Response.json({ files: paths.map((path) => ({ path, is_dir: false, file_size: 4 })) });
      }
      if (pathname === "/get-artifact") return new Response("evil");
      const body = request.method === "POST" ? await request.text() : null;
      const headers = { "content-type": "application/json" };
      return await fetch(target + pathname + search, { method: request.method, body, headers });
    },
  );
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, prefix))) {
    if (isDirectory) files.push(...await filesBelow(folder, `${prefix}${name}/`));
    else files.push(prefix + name);
  }
  return files;
}

function exists(path: string): Promise<boolean> {
  return Deno.lstat(path).then(() => true, () => false);
}

/** No control character but newlines, and no character that reorders text. */
function assertNothingRaw(text: string): void {
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  assert.doesNotMatch(text, /^ERROR: all is lost/m);
}

Deno.test("names, tags and a server's words with escape codes and newlines are never raw on a terminal or in the log", async () => {
  const world = new World();
  const { id } = world.addExperiment({ name: `experiment ${ESCAPES}`, tags: [[ESCAPES, ESCAPES]] });
  world.addRun({
    experimentId: id,
    name: ESCAPES,
    tags: [["mlflow.runName", ESCAPES]],
    params: [[ESCAPES, ESCAPES]],
    metrics: { [`m ${ESCAPES}`]: [{ step: 0, timestamp: 1, value: 1 }] },
  });
  world.addModel({ name: ESCAPES, description: ESCAPES });
  await using mlflow = await startMlflowSandbox({
    world,
    faults: [{
      match: ({ path }) => path.includes("get-history"),
      action: { kind: "status", status: 400, body: JSON.stringify({ error_code: "BAD", message: `No: ${ESCAPES}` }) },
    }],
  });
  await using kiroframe = await startKiroframeSandbox({
    faults: [{ match: ({ importType }) => importType === 2, action: { kind: "status", status: 422, body: ESCAPES } }],
  });
  await using folder = await temporaryFolder();
  const outcome = await runChild([...flagsFor(folder.path, mlflow, kiroframe), "--log-level", "DEBUG"]);
  assert.equal(outcome.exitCode, 3, outcome.stderr + outcome.stdout);
  assert.match(outcome.stdout + outcome.stderr, /\\x1b\]0;owned/);
  assertNothingRaw(outcome.stdout + outcome.stderr);
  const path = await folder.exported();
  assertNothingRaw(await Deno.readTextFile(join(path, "export.log")));
  const [header, row] = parseCsv(await Deno.readTextFile(join(path, "runs_basic.csv")));
  assert.equal(row?.[header?.indexOf("experiment_name") ?? -1], `experiment ${ESCAPES}`);
  const verified = await runHere(["verify", path]);
  assert.match(verified.stderr, /is whole, but not all of it was imported/);
  assertNothingRaw(verified.stdout + verified.stderr);
  kiroframe.setFaults([]);
  assert.equal((await runHere(["import", path, ...flagsFor("", mlflow, kiroframe).slice(-4)])).exitCode, 0);
  assert.equal((await runHere(["verify", path])).exitCode, 0);
  assert.deepEqual(kiroframe.violations, []);
});

Deno.test("a tag of 10 MB arrives as it is", async () => {
  const large = "0123456789".repeat(1_000_000);
  const world = new World();
  world.addRun({ experimentId: "0", tags: [["large", large]] });
  await using mlflow = await startMlflowSandbox({ world });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const outcome = await runHere(flagsFor(folder.path, mlflow, kiroframe));
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  const row = JSON.parse(await Deno.readTextFile(join(await folder.exported(), "runs.json")));
  assert.ok(row.tags.large === large);
  assert.ok((await Deno.readTextFile(join(await folder.exported(), "runs.csv"))).includes(large));
  const held = [...kiroframe.runs.values()][0]?.row as { tags: Record<string, string> };
  assert.ok(held.tags["large"] === large);
});

Deno.test("deeply nested JSON, lone surrogates, prototype keys and formulas arrive as they are", async () => {
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const tags: [string, string][] = [
    ["deep", deep],
    ["__proto__", "polluted"],
    ["constructor", "x"],
    ["lone", "a\ud800b\udc00"],
    ["42", "integer-like keys keep their place"],
    ["empty", ""],
    ["csv", 'a,"b"\r\nc\n=1+1'],
  ];
  const world = new World();
  world.addRun({ experimentId: "0", tags, params: [["__proto__", "p"], ["deep", deep]] });
  await using mlflow = await startMlflowSandbox({ world });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const outcome = await runHere(flagsFor(folder.path, mlflow, kiroframe));
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  const path = await folder.exported();
  const line = await Deno.readTextFile(join(path, "runs.json"));
  const row = JSON.parse(line);
  const [header = [], cells = []] = parseCsv(await Deno.readTextFile(join(path, "runs.csv")));
  for (const [key, value] of tags) {
    assert.deepEqual(Object.getOwnPropertyDescriptor(row.tags, key)?.value, value, `runs.json ${key}`);
    // UTF-8 has no half of a pair: in the CSV it is the replacement character.
    assert.equal(cells[header.indexOf(`tags.${key}`)], value.toWellFormed(), `runs.csv ${key}`);
  }
  assert.deepEqual(kiroframe.violations, []);
  const held = [...kiroframe.runs.values()][0]?.row as { tags: Record<string, string> };
  assert.deepEqual(held.tags, row.tags);
  assert.equal((await runHere(["verify", path])).exitCode, 0);
});
