/**
 * Files of runs and, on MLflow 3, of the models that runs log.
 * @module
 */
import type { SeedApi } from "./api.ts";
import { createExperiment, createRuns } from "./experiments.ts";
import { epoch } from "./runs.ts";

/** Names below a run that paths, URLs and shells trip over. */
export const artifactNames: readonly string[] = [
  "empty.bin",
  "notes/ünïcode näme, 100%.txt",
  "notes/%2e%2e.txt",
  "notes/a b+c&d=e,{f}.txt",
  "notes/quote ' and \" and ;.txt",
  "deep/er/and/deeper/学习率 🚀.csv",
  "deep/er/.hidden",
  "__proto__",
  "big.bin",
];

/** Makes the experiment with artifacts; returns the ids of its runs. */
export async function seedArtifacts(api: SeedApi): Promise<string[]> {
  const experiment = await createExperiment(api, "artifacts");
  const ids = await createRuns(
    api,
    experiment,
    ["with files", "with one file", "without files"].map((name, index) => ({ name, start: epoch - index })),
  );
  for (const name of artifactNames) {
    await api.putArtifact(`${experiment}/${ids[0]}/artifacts/${name}`, contentOf(name));
  }
  await api.putArtifact(`${experiment}/${ids[1]}/artifacts/one.txt`, contentOf("one.txt"));
  return ids;
}

/** Logs a model with files from the run, and two of one name from a run of their own, as MLflow 3 does. */
export async function seedLoggedModel(api: SeedApi, runId: string): Promise<void> {
  const experiment = await createExperiment(api, "logged models");
  const [own = ""] = await createRuns(api, experiment, [{ name: "logs a model", start: epoch }]);
  for (const id of [own, own, runId]) {
    const reply = await api.post("logged-models", {
      experiment_id: experiment,
      name: "classifier",
      source_run_id: id,
    }) as { model: { info: { model_id: string } } };
    const modelId = reply.model.info.model_id;
    for (const name of ["MLmodel", "data/weights ü.bin"]) {
      await api.putArtifact(`${experiment}/models/${modelId}/artifacts/${name}`, contentOf(`${modelId} ${name}`));
    }
    await api.post("runs/outputs", { run_id: id, models: [{ model_id: modelId, step: 3 }] });
    await api.patch(`logged-models/${modelId}`, { model_id: modelId, status: "LOGGED_MODEL_READY" });
  }
}

/** Three megabytes for big.bin, nothing for empty.bin, the name for the others. */
function contentOf(name: string): Uint8Array<ArrayBuffer> {
  if (name === "big.bin") return new Uint8Array(3_000_000).map((_, index) => index * 31);
  return name === "empty.bin" ? new Uint8Array() : new TextEncoder().encode(`${name}\r\n`);
}
