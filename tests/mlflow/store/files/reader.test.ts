import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { AppError, UsageError } from "../../../../lib/errors.ts";
import type { ExperimentFailure } from "../../../../lib/source/mod.ts";
import { allRuns, experimentMeta, type Files, type Folder, makeFolder, readerOf, runMeta } from "./folder.ts";

/** An experiment with a run of two metrics. */
const STORE: Files = {
  "1/meta.yaml": experimentMeta("1"),
  "1/tags/mlflow.note.content": "a note\n",
  "1/abc/meta.yaml": runMeta("abc"),
  "1/abc/metrics/loss": "1 0.5 0\n2 0.25 1\n",
  "1/abc/metrics/deep/er/key": "1 nan 0\n",
  "1/abc/params/rate": "0.1\n",
  "1/abc/params/empty": "",
  "1/abc/tags/mlflow.runName": "run abc",
  "1/abc/tags/a/b": "\ufeffvalue\r\n",
};

async function namesOf(folder: Folder, includeDeleted = false): Promise<string[]> {
  const experiments = await Array.fromAsync(readerOf(folder).reader.experiments({ includeDeleted }));
  return experiments.map(({ id, lifecycleStage }) => `${id} ${lifecycleStage}`);
}

async function idsOf(folder: Folder, query = {}): Promise<string[]> {
  return (await allRuns(readerOf(folder).reader, query)).map(({ run }) => run.id);
}

Deno.test("FileReader gives a run with all that its folder holds, texts as they are", async () => {
  using folder = makeFolder(STORE);
  const { reader, warnings } = readerOf(folder);
  const [experiment] = await Array.fromAsync(reader.experiments());
  assert.deepEqual(experiment, {
    id: "1",
    name: "experiment 1",
    artifactLocation: "file:///store/1",
    lifecycleStage: "active",
    tags: new Map([["mlflow.note.content", "a note\n"]]),
  });
  const [{ run, histories } = assert.fail("no run")] = await allRuns(reader);
  assert.deepEqual(run, {
    id: "abc",
    experimentId: "1",
    status: "FINISHED",
    lifecycleStage: "active",
    startTime: 1_700_000_000_000,
    endTime: 1_700_000_001_000,
    artifactUri: "file:///store/1/abc/artifacts",
    name: "run abc",
    userId: "ada",
    tags: new Map([["mlflow.runName", "run abc"], ["a/b", "\ufeffvalue\r\n"]]),
    params: run.params,
    metrics: new Map([["loss", 0.25], ["deep/er/key", NaN]]),
    latestPlaces: new Map([["loss", { step: 1, timestamp: 2 }], ["deep/er/key", { step: 0, timestamp: 1 }]]),
    datasets: [],
    modelIds: [],
  });
  assert.deepEqual(Object.fromEntries(run.params), { rate: "0.1\n", empty: "" });
  assert.deepEqual(histories.get("loss"), [{ timestamp: 1, value: 0.5, step: 0 }, {
    timestamp: 2,
    value: 0.25,
    step: 1,
  }]);
  assert.deepEqual([...histories.keys()], [...run.metrics.keys()]);
  assert.deepEqual(warnings, []);
});

Deno.test("FileReader lists experiments newest first, then by id, those without a time last", async () => {
  using folder = makeFolder({
    "5/meta.yaml": experimentMeta("5", { creation_time: 5 }),
    "10/meta.yaml": experimentMeta("10", { creation_time: 7 }),
    "9/meta.yaml": experimentMeta("9", { creation_time: 7 }),
    "3/meta.yaml": experimentMeta("3", { creation_time: null }),
    ".trash/7/meta.yaml": experimentMeta("7", { creation_time: 6 }),
    "models/m/meta.yaml": "name: m\n",
  });
  assert.deepEqual(await namesOf(folder), ["10 active", "9 active", "5 active", "3 active"]);
  assert.deepEqual(await namesOf(folder, true), ["10 active", "9 active", "7 deleted", "5 active", "3 active"]);
});

Deno.test("FileReader lists the experiments of MLflow 1 in the folder's own order, its ids being numbers", async () => {
  const ids = Array.from({ length: 20 }, (_, index) => String(index));
  using folder = makeFolder(Object.fromEntries(ids.map((id) => [
    `${id}/meta.yaml`,
    experimentMeta(id, { creation_time: null, last_update_time: null, lifecycle_stage: null, experiment_id: id }),
  ])));
  const listed = [...Deno.readDirSync(folder.root)].map(({ name }) => `${name} active`);
  assert.deepEqual(await namesOf(folder), listed);
});

Deno.test("FileReader reads runs of MLflow 0.8: run_uuid alone, numbers for ids, lines of two fields", async () => {
  using folder = makeFolder({
    "0/meta.yaml": "artifact_location: /a/0\nexperiment_id: 0\nname: Default\n",
    "0/abc/meta.yaml": "artifact_uri: null\nend_time: 5\nexperiment_id: 0\nname: ''\nrun_uuid: abc\nsource_type: 4\n" +
      "start_time: 3\nstatus: 4\ntags: []\nuser_id: ada\n",
    "0/abc/metrics/m": "1700000000 0.5\n1700000001 0.25\n1700000000 0.125\n",
  });
  const [{ run, histories } = assert.fail("no run")] = await allRuns(readerOf(folder).reader);
  assert.deepEqual([run.id, run.experimentId, run.status, run.lifecycleStage, run.artifactUri], [
    "abc",
    "0",
    "FAILED",
    "active",
    "",
  ]);
  assert.equal(run.metrics.get("m"), 0.25);
  // As its own server gives them: as they were logged.
  assert.deepEqual(histories.get("m"), [
    { timestamp: 1700000000, value: 0.5, step: 0 },
    { timestamp: 1700000001, value: 0.25, step: 0 },
    { timestamp: 1700000000, value: 0.125, step: 0 },
  ]);
});

Deno.test("FileReader gives runs newest first, then by id, each status by its name", async () => {
  const run = (id: string, start: unknown, status: unknown): Files => ({
    [`1/${id}/meta.yaml`]: runMeta(id, { start_time: start, status }),
  });
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    ...run("b", 5, 1),
    ...run("a", 5, 2),
    ...run("c", 9, 3),
    ...run("d", "9007199254740993", 4),
    ...run("e", 0, 5),
    ...run("f", null, null),
  });
  const runs = await allRuns(readerOf(folder).reader);
  assert.deepEqual(runs.map(({ run }) => `${run.id} ${run.status} ${run.startTime}`), [
    "d FAILED 9007199254740993",
    "c FINISHED 9",
    "a SCHEDULED 5",
    "b RUNNING 5",
    "e KILLED 0",
    "f RUNNING 0",
  ]);
});

Deno.test("FileReader selects runs by time, filter and stage, and leaves out those that are done", async () => {
  const run = (id: string, start: number, stage: string): Files => ({
    [`1/${id}/meta.yaml`]: runMeta(id, { start_time: start, lifecycle_stage: stage }),
    [`1/${id}/metrics/m`]: `1 ${start}.5 0\n`,
  });
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    ...run("a", 1, "active"),
    ...run("b", 2, "deleted"),
    ...run("c", 3, "active"),
    ".trash/2/meta.yaml": experimentMeta("2", { lifecycle_stage: "deleted" }),
    ".trash/2/d/meta.yaml": runMeta("d", { experiment_id: "'2'", lifecycle_stage: "deleted" }),
  });
  assert.deepEqual(await idsOf(folder), ["c", "a"]);
  assert.deepEqual(await idsOf(folder, { includeDeleted: true }), ["c", "b", "a", "d"]);
  assert.deepEqual(await idsOf(folder, { sinceMs: 2 }), ["c"]);
  assert.deepEqual(await idsOf(folder, { untilMs: 3 }), ["a"]);
  assert.deepEqual(await idsOf(folder, { filter: "metrics.m < 3 and user_id = 'ada'" }), ["a"]);
  assert.deepEqual(await idsOf(folder, { isDone: ({ id }: { id: string }) => id === "c" }), ["a"]);
  const { reader } = readerOf(folder);
  await assert.rejects(reader.checkSelection([], { filter: "metrics.m ~ 3" }), UsageError);
  await reader.checkSelection([], { filter: "metrics.m < 3" });
});

Deno.test("FileReader counts runs in the powers of two that a server tells", async () => {
  const runs = Array.from({ length: 5 }, (_, index): [string, string] => [
    `1/r${index}/meta.yaml`,
    runMeta(`r${index}`, { start_time: index, lifecycle_stage: index === 0 ? "deleted" : "active" }),
  ]);
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    ...Object.fromEntries(runs),
    "2/meta.yaml": experimentMeta("2"),
    "1/foreign/notes.txt": "x",
  });
  age(folder.root);
  const { reader } = readerOf(folder);
  const experiments = await Array.fromAsync(reader.experiments());
  const counts = async (selection = {}): Promise<unknown> =>
    Object.fromEntries(await reader.runCounts(experiments, selection));
  assert.deepEqual(await counts(), { 1: 4, 2: 0 });
  assert.deepEqual(await counts({ includeDeleted: true }), { 1: 4, 2: 0 });
  assert.deepEqual(await counts({ sinceMs: 2 }), { 1: 2, 2: 0 });
  assert.deepEqual(await counts({ filter: "run_id = 'r3'" }), { 1: 1, 2: 0 });
});

Deno.test("FileReader sorts points that were logged out of order, as MLflow's bulk reply does, but none of 25,000 and more", async () => {
  const short = "3 1.0 0\n1 2.0 9\n1 1.0 9\n1 5.0 8\n";
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, index) => `${count - index} 1.0 0\n`).join("");
  using folder = makeFolder({
    ...STORE,
    "1/abc/metrics/short": short,
    "1/abc/metrics/most": lines(24_999),
    "1/abc/metrics/many": lines(25_000),
  });
  const [{ histories } = assert.fail("no run")] = await allRuns(readerOf(folder).reader);
  const points = (key: string): { timestamp: unknown; value: number; step: unknown }[] => {
    const history = histories.get(key);
    return typeof history === "object" ? history : assert.fail(key);
  };
  assert.deepEqual(points("short").map(({ timestamp, step, value }) => [timestamp, step, value]), [
    [1, 8, 5],
    [1, 9, 1],
    [1, 9, 2],
    [3, 0, 1],
  ]);
  assert.deepEqual([points("most").length, points("most")[0]?.timestamp], [24_999, 1]);
  assert.deepEqual([points("many").length, points("many")[0]?.timestamp], [25_000, 25_000]);
});

Deno.test("FileReader gives a long history in pages, from its start each time, and no more than was there", async () => {
  const count = 200_000;
  using folder = makeFolder({
    ...STORE,
    "1/abc/metrics/loss": Array.from(
      { length: count },
      (_, index) => `${1_700_000_000_000 + index} ${index}.5 ${index}\n`,
    )
      .join(""),
  });
  const { reader } = readerOf(folder);
  for await (const { run, histories } of reader.runs([{ ...await first(reader.experiments()) }])) {
    assert.equal(run.metrics.get("loss"), count - 0.5);
    const history = histories.get("loss");
    if (history === undefined || "error" in history || !(Symbol.asyncIterator in history)) {
      return assert.fail("no pages");
    }
    folder.write({ "1/abc/metrics/other": "1 1.0 1\n" });
    for (let reading = 0; reading < 2; reading++) {
      const pages: number[] = await Array.fromAsync(history, (page) => page.length);
      assert.equal(pages.reduce((sum, length) => sum + length), count);
      assert.ok(pages.length > 10 && Math.max(...pages) < 20_000);
    }
    Deno.writeTextFileSync(join(folder.root, "1/abc/metrics/loss"), "5 5.0 5\n", { append: true });
    const again = (await Array.fromAsync(history, (page) => [...page])).flat();
    assert.deepEqual([again.length, again.at(-1)?.step], [count, count - 1]);
    Deno.truncateSync(join(folder.root, "1/abc/metrics/loss"), 1000);
    await assert.rejects(Array.fromAsync(history), /shorter while it was read|line \d+ holds/);
  }
});

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  return assert.fail("nothing there");
}

Deno.test("FileReader loses a damaged metric alone, with the reason in its place", async () => {
  using folder = makeFolder({
    ...STORE,
    "1/abc/metrics/cut": "123456",
    "1/abc/metrics/empty": "",
    "1/abc/metrics/odd": "1 0.5 0\nrubbish\n",
    "1/abc/metrics/half": "1 0.5 0\n2 0.2",
    "1/def/meta.yaml": runMeta("def"),
  });
  const { reader, warnings } = readerOf(folder);
  const runs = await allRuns(reader);
  assert.deepEqual(runs.map(({ run }) => run.id), ["abc", "def"]);
  const [{ run, histories } = assert.fail("no run")] = runs;
  assert.deepEqual([...run.metrics.keys()].sort(), ["deep/er/key", "half", "loss"]);
  assert.deepEqual(["cut", "empty", "odd"].map((key) => histories.get(key)), [
    `Cannot read the metric's file: line 1 holds "123456" where a timestamp, a value and a step are expected`,
    "Cannot read the metric's file: it is empty",
    `Cannot read the metric's file: line 2 holds "rubbish" where a timestamp, a value and a step are expected`,
  ]);
  assert.deepEqual(warnings, [
    "ROOT/1/abc/metrics/half ends in the middle of a line: the last value of this metric may be cut short",
  ]);
});

Deno.test("FileReader skips what MLflow skips, names it once, and counts it at the end", async () => {
  using folder = makeFolder({
    ...STORE,
    ".DS_Store": "x",
    "notes/readme.txt": "x",
    "empty/meta.yaml": "",
    "broken/meta.yaml": "a: b: c\n",
    "other/meta.yaml": experimentMeta("2"),
    "nameless/meta.yaml": experimentMeta("nameless", { name: null }),
    "1/notes.txt": "x",
    "1/no meta/params/a": "x",
    "1/empty/meta.yaml": "\n",
    "1/copy of abc/meta.yaml": runMeta("abc"),
    "1/def/meta.yaml": runMeta("def", { experiment_id: "'2'" }),
    "1/ghi/meta.yaml": runMeta("ghi", { status: 9 }),
    "1/jkl/meta.yaml": runMeta("jkl", { run_id: null, run_uuid: null }),
    "1/traces/tr-1/trace_info.yaml": "x",
    "1/models/m-1/meta.yaml": "x",
    "1/datasets/d/meta.yaml": "x",
  });
  const { reader, warnings } = readerOf(folder);
  // Nobody is writing these.
  age(folder.root);
  assert.deepEqual((await allRuns(reader)).map(({ run }) => run.id), ["abc"]);
  assert.deepEqual((await allRuns(reader)).map(({ run }) => run.id), ["abc"]);
  assert.deepEqual(
    warnings.toSorted(),
    [
      "Skipped 13 files and folders of the store in all",
      "Skipped ROOT/.DS_Store: it is not an experiment's folder",
      "Skipped ROOT/1/copy of abc: it says that it is run abc",
      "Skipped ROOT/1/def: it says that it belongs to experiment 2",
      "Skipped ROOT/1/empty: it has an empty meta.yaml",
      "Skipped ROOT/1/ghi: it has the unknown status 9",
      "Skipped ROOT/1/jkl: it names no run",
      "Skipped ROOT/1/no meta: it has no meta.yaml",
      "Skipped ROOT/1/notes.txt: it is not a run's folder",
      warnings.toSorted()[9],
      "Skipped ROOT/empty: it has an empty meta.yaml",
      "Skipped ROOT/nameless: it has no name",
      "Skipped ROOT/notes: it has no meta.yaml",
      "Skipped ROOT/other: it says that it is experiment 2",
    ].toSorted(),
  );
  assert.match(warnings.toSorted()[9] ?? "", /^Skipped ROOT\/broken: it has a meta.yaml that cannot be read: /);
});

function age(path: string): void {
  const long = new Date("2023-11-14");
  if (Deno.statSync(path).isDirectory) { for (const { name } of Deno.readDirSync(path)) age(join(path, name)); }
  Deno.utimeSync(path, long, long);
}

Deno.test("FileReader follows links to runs and files, and neither round in circles nor to what is no file", async () => {
  using elsewhere = makeFolder({ "meta.yaml": runMeta("abc"), "m": "1 0.5 0\n" });
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    "1/def/meta.yaml": runMeta("def"),
    "1/def/metrics/a": "1 1.0 0\n",
  });
  symlinkSync(elsewhere.root, join(folder.root, "1/abc"));
  symlinkSync(join(elsewhere.root, "m"), join(folder.root, "1/def/metrics/linked"));
  symlinkSync(join(folder.root, "1/def/metrics"), join(folder.root, "1/def/metrics/circle"));
  symlinkSync("/nowhere/at/all", join(folder.root, "1/def/metrics/broken"));
  symlinkSync(join(folder.root, "1/def/metrics/self"), join(folder.root, "1/def/metrics/self"));
  const runs = await allRuns(readerOf(folder).reader);
  assert.deepEqual(runs.map(({ run }) => [run.id, [...run.metrics.keys()].sort()]), [["abc", []], ["def", [
    "a",
    "linked",
  ]]]);
});

Deno.test("FileReader tells of an experiment that cannot be read, and goes on with the others", async () => {
  using folder = makeFolder({
    ...STORE,
    "2/meta.yaml": experimentMeta("2"),
    "2/def/meta.yaml/odd": "a folder in the file's place",
  });
  const { reader } = readerOf(folder);
  const failures: string[] = [];
  const onFailure = ({ experiment, error }: ExperimentFailure): void =>
    void failures.push(`${experiment.id}: ${error}`);
  assert.deepEqual(await idsOf(folder, { onFailure }), ["abc"]);
  assert.match(failures.join(), /^2: Cannot read the runs of experiment 2: .*EISDIR/);
  await assert.rejects(allRuns(reader), AppError);
});

Deno.test("FileReader gives runs without histories where they are known already", async () => {
  using folder = makeFolder({ ...STORE, "1/def/meta.yaml": runMeta("def"), "1/def/metrics/m": "1 0.5 0\n" });
  const runs = await allRuns(readerOf(folder).reader, { needsHistories: ({ id }) => id === "def" });
  assert.deepEqual(runs.map(({ run, histories }) => [run.id, run.metrics.size, histories.size]), [["abc", 2, 0], [
    "def",
    1,
    1,
  ]]);
});

Deno.test("FileReader asks of no run with a damaged metric whether it is known: its listing does not tell", async () => {
  using folder = makeFolder({ ...STORE, "1/abc/metrics/torn": "no numbers\n" });
  const [{ histories } = assert.fail("no run")] = await allRuns(readerOf(folder).reader, {
    needsHistories: () => assert.fail("was asked"),
  });
  assert.deepEqual([...histories.keys()], ["loss", "deep/er/key", "torn"]);
});

Deno.test("FileReader reads datasets with their context and the ids of logged models, and skips those that are gone", async () => {
  const input = (id: string, tags: string): string =>
    `destination_id: ${id}\ndestination_type: RUN\nsource_id: ${id}\nsource_type: DATASET\ntags:${tags}\n`;
  using folder = makeFolder({
    ...STORE,
    "1/datasets/d1/meta.yaml":
      "digest: '12'\nname: train\nprofile: '{\"rows\": 1}'\nschema: ''\nsource: 's'\nsource_type: local\n",
    "1/abc/inputs/i1/meta.yaml": input("d1", "\n  mlflow.data.context: training"),
    "1/abc/inputs/i2/meta.yaml": input("gone", " {}"),
    "1/abc/inputs/i3/meta.yaml": "source_type: MODEL\nsource_id: m-1\ntags: {}\n",
    "1/abc/outputs/m-2/meta.yaml":
      "destination_id: m-2\ndestination_type: MODEL_OUTPUT\nsource_id: m-2\nstep: 0\ntags: {}\n",
  });
  age(folder.root);
  const { reader, warnings } = readerOf(folder);
  const [{ run } = assert.fail("no run")] = await allRuns(reader);
  assert.deepEqual(run.datasets, [{
    name: "train",
    digest: "12",
    sourceType: "local",
    source: "s",
    schema: null,
    profile: '{"rows": 1}',
    context: "training",
  }]);
  assert.deepEqual(run.modelIds, ["m-2"]);
  assert.equal(warnings[0], "Skipped ROOT/1/abc/inputs/i2: it is about a dataset that has no meta.yaml");
});

Deno.test("FileReader reads a run again that changes while it is read", async () => {
  using folder = makeFolder({
    ...STORE,
    "1/abc/meta.yaml": runMeta("abc", { status: 1, end_time: "null" }),
  });
  const { reader } = readerOf(folder);
  // The meta.yaml is emptied, as MLflow does before it writes, and filled again a moment later.
  folder.write({ "1/abc/meta.yaml": "" });
  const later = new Promise<void>((resolve) =>
    setTimeout(() => {
      folder.write({ "1/abc/meta.yaml": runMeta("abc"), "1/abc/metrics/loss": "1 0.5 0\n2 0.25 1\n3 0.125 2\n" });
      resolve();
    }, 60)
  );
  const [{ run } = assert.fail("the run is lost")] = await allRuns(reader);
  await later;
  assert.deepEqual([run.status, run.metrics.get("loss")], ["FINISHED", 0.125]);
});

Deno.test("FileReader goes on where a run or an experiment goes away while it is read", async () => {
  using folder = makeFolder({ ...STORE, "1/def/meta.yaml": runMeta("def"), "2/meta.yaml": experimentMeta("2") });
  const { reader } = readerOf(folder);
  const experiments = await Array.fromAsync(reader.experiments());
  const ids: string[] = [];
  for await (const { run } of reader.runs(experiments)) {
    ids.push(run.id);
    rmSync(join(folder.root, "1/def"), { recursive: true, force: true });
    rmSync(join(folder.root, "2"), { recursive: true, force: true });
  }
  assert.deepEqual(ids, ["abc"]);
  // A deleted experiment goes to the trash with its runs.
  mkdirSync(join(folder.root, ".trash"));
  renameSync(join(folder.root, "1"), join(folder.root, ".trash/1"));
  assert.deepEqual((await Array.fromAsync(reader.runs(experiments))).map(({ run }) => run.id), ["abc"]);
});

Deno.test("FileReader reads the registry: by name, versions newest first, neither prompts nor what was deleted", async () => {
  const version = (name: string, number: number, given = ""): string =>
    `creation_timestamp: 5\ncurrent_stage: None\ndescription: null\nlast_updated_timestamp: 6\nname: ${name}\nrun_id: abc\n` +
    `source: file:///m/${number}\nstatus: READY\nversion: ${number}\n${given}`;
  const model = (name: string): string =>
    `creation_timestamp: 1\ndescription: null\nlast_updated_timestamp: 2\nname: ${name}\n`;
  using folder = makeFolder({
    ...STORE,
    "models/b/meta.yaml": model("b"),
    "models/b/tags/team": "x",
    "models/b/aliases/best": "2",
    "models/b/version-2/meta.yaml": version("b", 2),
    "models/b/version-2/tags/v": "two",
    "models/b/version-10/meta.yaml": version("b", 10),
    "models/b/version-3/meta.yaml": version("b", 3).replace("stage: None", "stage: Deleted_Internal"),
    "models/B/meta.yaml": model("B"),
    "models/prompt/meta.yaml": model("prompt"),
    "models/prompt/tags/mlflow.prompt.is_prompt": "true",
    "models/broken/note.txt": "x",
  });
  const { reader, warnings } = readerOf(folder);
  const models = await reader.models();
  assert.deepEqual(models.map(({ name, versions }) => [name, versions.map(({ version }) => version)]), [["B", []], [
    "b",
    ["10", "2"],
  ]]);
  assert.deepEqual(models[1]?.versions[1], {
    version: "2",
    currentStage: "None",
    status: "READY",
    runId: "abc",
    source: "file:///m/2",
    description: null,
    created: 5,
    lastUpdated: 6,
    tags: new Map([["v", "two"]]),
    aliases: ["best"],
  });
  assert.deepEqual(warnings[0], "Skipped ROOT/models/broken: it has no meta.yaml");
  using without = makeFolder(STORE);
  assert.deepEqual(await readerOf(without).reader.models(), []);
});

Deno.test("FileReader lists artifacts where the run says, or beside it in a store that was copied", async () => {
  using elsewhere = makeFolder({ "here/a.txt": "a" });
  const run = (id: string, uri: string): Files => ({ [`1/${id}/meta.yaml`]: runMeta(id, { artifact_uri: uri }) });
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    ...run("a", `file://${elsewhere.root}/here`),
    ...run("b", "file:///home/of/another machine/mlruns/1/b/artifacts"),
    ...run("c", "'C:\\Users\\ada\\mlruns\\1\\c\\artifacts'"),
    ...run("d", "s3://bucket/d"),
    ...run("e", "mlflow-artifacts:/1/e/artifacts"),
    "1/b/artifacts/below/b.txt": "b",
    "1/c/artifacts/c.txt": "c",
  });
  const { reader } = readerOf(folder);
  const listed = await Promise.all((await allRuns(reader)).map(async ({ run }) => {
    try {
      return (await reader.artifacts(run)).map(({ path }) => path);
    } catch (error) {
      return String(error).replace(/:.*?(s3|mlflow-artifacts):.*/s, " $1");
    }
  }));
  assert.deepEqual(listed, [["a.txt"], ["below/b.txt"], ["c.txt"], "AppError s3", "AppError mlflow-artifacts"]);
});
