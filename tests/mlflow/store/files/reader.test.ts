import assert from "node:assert/strict";
import { UsageError } from "../../../../lib/errors.ts";
import {
  age,
  allRuns,
  experimentMeta,
  type Files,
  type Folder,
  idsOf,
  makeFolder,
  readerOf,
  runMeta,
  STORE,
} from "./folder.ts";

async function namesOf(folder: Folder, includeDeleted = false): Promise<string[]> {
  const experiments = await Array.fromAsync(readerOf(folder).reader.experiments({ includeDeleted }));
  return experiments.map(({ id, lifecycleStage }) => `${id} ${lifecycleStage}`);
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
