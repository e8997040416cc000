/**
 * Every file row by row and every payload in order: ours beside the reference on 3.17.2 and 2.22.5, beside MLflow's own
 * client on 1.24.0. `LIVE_SEED=n` gives another server.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { binaryCommand, bundleCommands } from "../../package/bundled.ts";
import { assertSameLines, assertSameText } from "./compare.ts";
import { parseCsv, toRecords } from "./csv.ts";
import { datasetNamesByExperiment, mendBasicLine, mendExperimentLine, mendRunLine } from "../parts/faults.ts";
import { readExport, readLines, readTree } from "../parts/folders.ts";
import { member, parseTree, printTree } from "./json_tree.ts";
import { canonicalPayload, expectedPayloads } from "./payloads.ts";
import { assertSameStore } from "../parts/stores.ts";
import { type Outcome, profilingToken, runOurs } from "../parts/programs.ts";
import { referenceFaults } from "./faults.ts";
import type { MlflowVersion } from "../parts/servers.ts";
import { liveSeed, makeWorld, oursFlags, type World } from "../parts/worlds.ts";

const versions: readonly MlflowVersion[] = ["3.17.2", "2.22.5", "1.24.0"];
const worlds = new Map<MlflowVersion, PromiseSettledResult<World>>();

Deno.test.beforeAll(async () => {
  await Deno.stdout.write(new TextEncoder().encode(`LIVE_SEED=${liveSeed()}\n`));
  const made = await Promise.allSettled(versions.map(makeWorld));
  versions.forEach((version, index) => worlds.set(version, made[index] as PromiseSettledResult<World>));
});

Deno.test.afterAll(async () => {
  for (const made of worlds.values()) if (made.status === "fulfilled") await made.value[Symbol.asyncDispose]();
});

function worldOf(version: MlflowVersion): World {
  const made = worlds.get(version);
  if (made?.status === "fulfilled") return made.value;
  throw new Error(`No export of ${version} to compare`, { cause: made?.reason });
}

/** What a run leaves, less what differs each time; of the log, where each record comes from and its level. */
async function sameEveryTime({ folder, calls }: Outcome): Promise<Map<string, string>> {
  const files = await readTree(folder);
  // The report tells the folder's name and its own time.
  for (const path of files.keys()) if (path.startsWith(".state") || path === "report.html") files.delete(path);
  const places = (files.get("export.log") ?? "").match(/INFO \[mlf_export\] (?!progress)\S+:\d+:/g) ?? [];
  files.set("export.log", [...new Set(places)].sort().join("\n"));
  return files.set("what Kiroframe got", calls.map(({ body }) => body).join("\n"));
}

for (const version of versions) {
  Deno.test(`ours on ${version} ends with 0 and leaves all ten outputs in a dated folder`, async () => {
    const { ours } = worldOf(version);
    assert.equal(ours.exitCode, 0, ours.said);
    assert.match(ours.folder, /\/\d{8}_\d{4}_\d{6}$/);
    const names = (await Array.fromAsync(Deno.readDir(ours.folder))).map((entry) => entry.name);
    for (
      const name of [
        "artifacts",
        "artifacts_manifest.json",
        "experiment_summary.json",
        "experiments_runs_datasets.json",
        "export.log",
        "models.json",
        "runs.csv",
        "runs_basic.csv",
        "runs.json",
        "summary.json",
      ]
    ) assert.ok(names.includes(name), `${name} is not among ${names}`);
    assert.equal(await readExport(ours.folder, "artifacts_manifest.json"), "[]");
  });

  Deno.test(`runs.json on ${version} is the judge's, byte for byte, NaN as text`, async () => {
    const { ours, judgeFolder } = worldOf(version);
    const expected = (await readLines(judgeFolder, "runs.json")).map(mendRunLine);
    assert.ok(expected.length > 150, `${expected.length} runs`);
    assertSameLines(await readLines(ours.folder, "runs.json"), expected, "runs.json");
  });

  Deno.test(`experiments_runs_datasets.json on ${version} is the judge's, byte for byte`, async () => {
    const { ours, judgeFolder } = worldOf(version);
    const name = "experiments_runs_datasets.json";
    assertSameLines(await readLines(ours.folder, name), await readLines(judgeFolder, name), name);
  });

  Deno.test(`experiment_summary.json on ${version} is the judge's, dataset_names filled`, async () => {
    const { ours, judgeFolder } = worldOf(version);
    const names = datasetNamesByExperiment(await readLines(judgeFolder, "runs.json"));
    const expected = (await readLines(judgeFolder, "experiment_summary.json"))
      .map((line) => mendExperimentLine(line, names));
    assertSameLines(await readLines(ours.folder, "experiment_summary.json"), expected, "experiment_summary.json");
  });

  Deno.test(`runs_basic.csv on ${version} is valid CSV and has the judge's cells`, async () => {
    const { ours, judgeFolder } = worldOf(version);
    const [header = "", ...lines] = await readLines(judgeFolder, "runs_basic.csv");
    const expected = [header.split(","), ...lines.map(mendBasicLine)].map((cells) => JSON.stringify(cells));
    const rows = parseCsv(await readExport(ours.folder, "runs_basic.csv")).map((cells) => JSON.stringify(cells));
    assertSameLines(rows, expected, "runs_basic.csv");
  });

  Deno.test(`runs.csv on ${version} is valid CSV and has the judge's columns, rows and cells`, async () => {
    const { ours, judgeFolder } = worldOf(version);
    const rows = parseCsv(await readExport(ours.folder, "runs.csv"));
    const expected = parseCsv(await readExport(judgeFolder, "runs.csv"), { allowBareReturn: true });
    const columns = rows[0] ?? [];
    assert.deepEqual(columns.slice(0, 6), expected[0]?.slice(0, 6));
    assert.deepEqual([...columns].sort(), [...expected[0] ?? []].sort());
    // The judge's order inside a group is Python's random order of a set; the groups follow each other.
    const groups = columns.slice(6).map((column) => column.slice(0, column.indexOf(".")));
    assert.deepEqual(groups, [...groups].sort());
    const print = (records: Map<string, string>[]): string[] =>
      records.map((record) => JSON.stringify([...record].sort(([left], [right]) => left < right ? -1 : 1)));
    assertSameLines(print(toRecords(rows)), print(toRecords(expected)), "runs.csv");
  });

  Deno.test(`models.json on ${version} is what MLflow's own client knows, byte for byte`, async () => {
    const { ours, models } = worldOf(version);
    assertSameText(await readExport(ours.folder, "models.json"), models, "models.json");
  });

  Deno.test(`summary.json on ${version} has the judge's counts and the server's version`, async () => {
    const { ours, judgeFolder } = worldOf(version);
    const summary = parseTree(await readExport(ours.folder, "summary.json"));
    const expected = parseTree(await readExport(judgeFolder, "summary.json"));
    assert.equal(printTree(member(summary, "mlflow_version")), version === "1.24.0" ? "null" : `"${version}"`);
    for (const key of ["experiments", "runs", "dataset_rows", "artifact_entries", "experiments_detail"]) {
      assert.equal(printTree(member(summary, key)), printTree(member(expected, key)), key);
    }
    const keys = summary.kind === "object" ? summary.entries.map(([key]) => key) : [];
    assert.deepEqual(keys.slice(0, 6), expected.kind === "object" ? expected.entries.map(([key]) => key) : []);
    const bare = (await readLines(judgeFolder, "runs.json")).join("\n").match(/: NaN[,}]/g)?.length;
    assert.equal(printTree(member(summary, "non_finite_values")), String(bare));
  });

  Deno.test(`Kiroframe gets every payload of ${version} in the reference's order, NaN left out`, async () => {
    const world = worldOf(version);
    const sent = world.ours.calls.map(({ body }) => canonicalPayload(body));
    assertSameLines(sent, await expectedPayloads(world), "payloads");
    for (const { method, path, headers } of world.ours.calls) {
      assert.equal(`${method} ${path}`, "POST /arcee/v2/import");
      assert.equal(headers["content-type"], "application/json");
      assert.equal(headers["x-api-key"], profilingToken);
    }
  });

  Deno.test(`export.log on ${version} has time, level, module, file and line in every record, and nothing tells the token`, async () => {
    const { ours } = worldOf(version);
    const log = await readLines(ours.folder, "export.log");
    assert.ok(log.length > 3, log.join("\n"));
    for (const line of log) {
      assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ \[[^\]]+\] \S+\.(ts|js):\d+: /);
    }
    for (const [path, content] of await readTree(ours.folder)) assert.ok(!content.includes(profilingToken), path);
    assert.ok(!ours.said.includes(profilingToken));
  });

  Deno.test(`SQLite of ${version} read directly gives the folder that its server gives`, async () => {
    const { server } = worldOf(version);
    await assertSameStore(server);
    await assertSameStore(server, { includeDeleted: true });
  });

  Deno.test(`the bundle under Deno and Node, and the binary, leave and send for ${version} what the source does`, async () => {
    const { ours, trackingUrl, baseDir } = worldOf(version);
    const expected = await sameEveryTime(ours);
    for (const [name, program] of [...await bundleCommands(), await binaryCommand()]) {
      const base = join(baseDir, `by ${name}`);
      const outcome = await runOurs({ trackingUrl, baseDir: base, args: oursFlags, program });
      assert.equal(outcome.exitCode, 0, outcome.said);
      const actual = await sameEveryTime(outcome);
      for (const [path, content] of expected) assertSameText(actual.get(path) ?? "", content, `${path} by ${name}`);
      assert.deepEqual([...actual.keys()], [...expected.keys()]);
    }
  });
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  for (const { name, check } of referenceFaults) {
    Deno.test(`the reference on ${version} ${name}`, async () => await check(worldOf(version)));
  }
}
