import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../../../../lib/errors.ts";
import {
  readArtifacts,
  readExperiments,
  readModelsPage,
  readRuns,
  readVersions,
  toInt64,
} from "../../../../lib/mlflow/rest/endpoints/wire.ts";

Deno.test("toInt64() is exact for numbers, bigints and text, and gives a number where it can", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
    const expected = BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    assert.equal(toInt64(value), expected);
    assert.equal(toInt64(`${value}`), expected);
  }));
  assert.throws(() => toInt64(1.5), RangeError);
  assert.throws(() => toInt64("x"), SyntaxError);
});

Deno.test("readRuns() gives absent fields the defaults of MLflow's own client", () => {
  const { items, token } = readRuns({ runs: [{ info: { run_id: "r" } }] });
  assert.equal(token, undefined);
  assert.deepEqual(items, [{
    run: {
      id: "r",
      experimentId: "",
      status: "RUNNING",
      lifecycleStage: "",
      startTime: 0,
      endTime: null,
      artifactUri: "",
      tags: new Map(),
      params: new Map(),
      metrics: new Map(),
      latestPlaces: new Map(),
      datasets: [],
      modelIds: [],
    },
    steps: new Map(),
  }]);
  assert.deepEqual(readRuns({}), { items: [], token: undefined });
  assert.equal(readRuns({ next_page_token: "" }).token, undefined);
});

Deno.test("readRuns() reads int64 as 1.20 and older write it, NaN as text, and passes over what it does not know", () => {
  const [listed] = readRuns({
    runs: [{
      info: { run_uuid: "old", start_time: "1600000000000", end_time: "0", added_later: [1] },
      data: {
        metrics: [{ key: "a", value: "NaN", step: "4" }, { key: "b", value: "Infinity", step: -5 }, {
          key: "c",
          value: 1,
          step: 2n ** 60n,
        }],
        tags: [{ key: "2", value: "x" }, { key: "1" }],
      },
      inputs: {
        dataset_inputs: [{
          dataset: { name: "d", profile: "" },
          tags: [{ key: "mlflow.data.context", value: "eval" }],
        }],
      },
      outputs: { model_outputs: [{ model_id: "m-1", step: 0 }] },
    }],
  }).items;
  assert.equal(listed?.run.id, "old");
  assert.equal(listed?.run.startTime, 1_600_000_000_000);
  assert.equal(listed?.run.endTime, null);
  assert.deepEqual([...listed?.run.metrics ?? []], [["a", NaN], ["b", Infinity], ["c", 1]]);
  assert.deepEqual([...listed?.steps ?? []], [["a", 5], ["b", 1], ["c", 2 ** 60 + 1]]);
  assert.deepEqual([...listed?.run.tags ?? []], [["2", "x"], ["1", ""]]);
  assert.deepEqual(listed?.run.datasets, [
    { name: "d", digest: "", sourceType: "", source: "", schema: null, profile: "", context: "eval" },
  ]);
  assert.deepEqual(listed?.run.modelIds, ["m-1"]);
});

Deno.test("readModelsPage() and readVersions() keep what is empty apart from what is absent", () => {
  const [model] = readModelsPage({ registered_models: [{ name: "m" }] }, "registered-models/search").items;
  assert.equal(model?.description, "");
  const versions =
    readVersions({ model_versions: [{ version: "1" }, { version: "2", description: "", run_id: "" }] }).items;
  assert.deepEqual(versions.map((version) => [version.description, version.runId]), [[null, null], ["", ""]]);
});

Deno.test("readExperiments() keeps ids of 18 digits and the order of tags", () => {
  const wire = {
    experiment_id: "123456789012345678",
    name: "e",
    tags: [{ key: "10", value: "a" }, { key: "2", value: "b" }],
  };
  const [experiment] = readExperiments({ experiments: [wire] }, "experiments/search").items;
  assert.equal(experiment?.id, "123456789012345678");
  assert.deepEqual([...experiment?.tags.keys() ?? []], ["10", "2"]);
});

Deno.test("readArtifacts() reads sizes that are numbers or text, or absent", () => {
  const { items } = readArtifacts(
    { files: [{ path: "a", file_size: "7" }, { path: "b", is_dir: true }] },
    "artifacts/list",
  );
  assert.deepEqual(items, [{ path: "a", isFolder: false, size: 7 }, { path: "b", isFolder: true, size: null }]);
});

Deno.test("readRuns() says where a reply has another shape", () => {
  assert.throws(
    () => readRuns({ runs: [{ info: { run_id: "r", start_time: "soon" } }] }),
    (error) => error instanceof AppError && /runs\/search: runs\.0\.info\.start_time/.test(error.message),
  );
  assert.throws(() => readRuns([]), AppError);
});
