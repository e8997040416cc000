/**
 * The world of the demo: two real trainings on scikit-learn's digits, recorded from a real MLflow 3.17.2, beside runs with
 * odd names and numbers, a run that is still going, two registered models, and files.
 * @module
 */
import exchanges from "./digits.json" with { type: "json" };
import type { LoggedRun, World } from "./mod.ts";
import { worldFromExchanges } from "./exchanges.ts";

/** Makes the world of the demo. Each call makes a new one. */
export function digitsWorld(): World {
  const world = worldFromExchanges(exchanges);
  for (const run of world.runsOf("1")) addFiles(world, run as LoggedRun);
  world.addRun({
    experimentId: "2",
    name: "deleted",
    startTime: 1_795_468_028_900,
    status: "RUNNING",
    lifecycleStage: "deleted",
    tags: [["mlflow.runName", "deleted"]],
  });
  return world;
}

/** What the trainings put out: texts with odd names, and a logged model. */
function addFiles(world: World, run: LoggedRun): void {
  const folder = `1/${run.id}/artifacts`;
  const accuracy = run.metrics.get("test/accuracy")?.latest().value ?? 0;
  world.files.put(
    `${folder}/tables/results.csv`,
    `alpha,accuracy\n${run.params.get("alpha")},${accuracy.toFixed(6)}\n`,
  );
  world.files.put(`${folder}/notes/ünïcode näme, 100%.txt`, "grüße\n");
  const id = `m-${run.id.slice(0, 32)}`;
  const model = {
    id,
    experimentId: "1",
    name: "model",
    sourceRunId: run.id,
    artifactUri: `mlflow-artifacts:/1/models/${id}/artifacts`,
    creationTimestamp: run.endTime ?? 0,
  };
  world.loggedModels.set(id, model);
  run.modelOutputs.push({ modelId: id, step: 0 });
  world.files.put(
    `1/models/${id}/artifacts/MLmodel`,
    `flavors:\n  sklearn:\n    pickled_model: model.pkl\nrun_id: ${run.id}\n`,
  );
  world.files.put(`1/models/${id}/artifacts/model.pkl`, new Uint8Array(512).map((_, index) => index));
  world.files.put(`1/models/${id}/artifacts/environment/requirements.txt`, "scikit-learn\n");
}
