import assert from "node:assert/strict";
import { loggedModelLine } from "../../lib/rows/logged_models.ts";
import { experiment, loggedModel, modelMetric } from "../source/fake_source.ts";

Deno.test("loggedModelLine() has every key, with tags, params and metrics in one order whatever the source's", () => {
  const model = loggedModel("m-1", {
    tags: new Map([["b", "2"], ["1", "é"], ["mlflow.modelVersions", '[{"name": "r", "version": 3}]']]),
    params: new Map([["z", ""], ["a", "1"]]),
    metrics: [
      modelMetric("loss", { timestamp: 2, value: 3 }),
      modelMetric("loss", { timestamp: 1, value: NaN, datasetName: "d", datasetDigest: "x", runId: "r" }),
      modelMetric("acc", { step: -1 }),
    ],
  });
  assert.equal(
    loggedModelLine(model, experiment("1", { name: "first" })),
    '{"model_id": "m-1", "creation_timestamp": 1700000000000, "creation_timestamp_iso": "2023-11-14T22:13:20Z", ' +
      '"last_updated_timestamp": 1700000000500, "experiment_id": "1", "experiment_name": "first", "name": "model m-1", ' +
      '"status": "READY", "model_type": null, "source_run_id": null, ' +
      '"artifact_location": "mlflow-artifacts:/1/models/m-1/artifacts", ' +
      '"tags": {"1": "é", "b": "2", "mlflow.modelVersions": "[{\\"name\\": \\"r\\", \\"version\\": 3}]"}, ' +
      '"params": {"a": "1", "z": ""}, "metrics": [' +
      '{"key": "acc", "value": 1.0, "step": -1, "timestamp": 1, "run_id": null, "dataset_name": null, "dataset_digest": null}, ' +
      '{"key": "loss", "value": 3.0, "step": 0, "timestamp": 2, "run_id": null, "dataset_name": null, "dataset_digest": null}, ' +
      '{"key": "loss", "value": "NaN", "step": 0, "timestamp": 1, "run_id": "r", "dataset_name": "d", "dataset_digest": "x"}], ' +
      '"registered_versions": [{"name": "r", "version": "3"}]}',
  );
});

Deno.test("loggedModelLine() takes no version from a tag that holds something else", () => {
  for (const tag of ["[redacted]", "{}", "[1", "null"]) {
    const row = JSON.parse(
      loggedModelLine(loggedModel("m-1", { tags: new Map([["mlflow.modelVersions", tag]]) }), experiment("1")),
    );
    assert.deepEqual(row.registered_versions, [], tag);
  }
});
