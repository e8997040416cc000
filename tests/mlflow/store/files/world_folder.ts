/** A sandboxed world as a folder of MLflow's file store. */
import { join } from "node:path";
import type { World } from "../../../../sandbox/world/mod.ts";
import type { MetricPoint } from "../../../../lib/source/mod.ts";
import { pyFloat } from "../../../../lib/json/exact.ts";
import { experimentMeta, type Folder, runMeta } from "./folder.ts";

const STATUSES = ["", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

const MODEL_STATUSES = ["", "LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

/** Writes a world into an empty folder. */
export function writeWorld(folder: Folder, world: World): void {
  const places = new Map<string, string>();
  for (const { id, name, lifecycleStage, artifactLocation, creationTime, tags } of world.experiments.values()) {
    const place = lifecycleStage === "deleted" ? join(".trash", id) : id;
    places.set(id, place);
    const fields = { name: quoted(name), lifecycle_stage: lifecycleStage, artifact_location: artifactLocation };
    folder.write({ [`${place}/meta.yaml`]: experimentMeta(id, { ...fields, creation_time: creationTime }) });
    writeTexts(folder, `${place}/tags`, tags);
  }
  for (const run of world.runs.values()) {
    const place = `${places.get(run.experimentId)}/${run.id}`;
    folder.write({
      [`${place}/meta.yaml`]: runMeta(run.id, {
        experiment_id: quoted(run.experimentId),
        run_name: quoted(run.name),
        status: STATUSES.indexOf(run.status),
        start_time: run.startTime,
        end_time: run.endTime ?? "null",
        lifecycle_stage: run.lifecycleStage,
        artifact_uri: run.artifactUri,
      }),
    });
    writeTexts(folder, `${place}/tags`, run.tags);
    writeTexts(folder, `${place}/params`, run.params);
    for (const [key, series] of run.metrics) {
      const lines = Array.from({ length: series.length }, (_, index) => lineOf(series.at(index)));
      folder.write({ [`${place}/metrics/${key}`]: lines.join("") });
    }
    for (const [index, { tags, ...dataset }] of run.datasets.entries()) {
      const id = `d${index}`;
      const { name, digest, sourceType, source, schema, profile } = dataset;
      const fields = { name, digest, source_type: sourceType, source, schema, profile };
      folder.write({
        [`${places.get(run.experimentId)}/datasets/${id}/meta.yaml`]: Object.entries(fields).map(([key, value]) =>
          `${key}: ${value === null ? "null" : quoted(value)}\n`
        ).join(""),
        [`${place}/inputs/${id}/meta.yaml`]: `source_id: ${id}\nsource_type: DATASET\ntags:\n` +
          [...tags].map(([key, value]) => `  ${key}: ${quoted(value)}\n`).join(""),
      });
    }
  }
  for (const model of world.loggedModels.values()) {
    const place = `${places.get(model.experimentId)}/models/${model.id}`;
    folder.write({
      [`${place}/meta.yaml`]:
        `model_id: ${model.id}\nexperiment_id: ${quoted(model.experimentId)}\nname: ${model.name}\n` +
        `status: ${MODEL_STATUSES.indexOf(model.status ?? "LOGGED_MODEL_READY")}\nmodel_type: null\n` +
        `source_run_id: ${model.sourceRunId || "null"}\nartifact_location: ${model.artifactUri}\n` +
        `creation_timestamp: ${model.creationTimestamp}\nlast_updated_timestamp: ${model.creationTimestamp}\n`,
    });
    writeTexts(folder, `${place}/tags`, model.tags ?? new Map());
    writeTexts(folder, `${place}/params`, model.params ?? new Map());
    for (const { key, timestamp, value, step, runId, datasetName, datasetDigest } of model.metrics ?? []) {
      const dataset = datasetName === null ? [] : [datasetName, datasetDigest];
      folder.write({ [`${place}/metrics/${key}`]: `${[timestamp, value, step, runId, ...dataset].join(" ")}\n` });
    }
  }
  for (const model of world.models.values()) {
    const place = `models/${model.name}`;
    folder.write({
      [`${place}/meta.yaml`]: `name: ${quoted(model.name)}\ndescription: ${model.description ?? "null"}\n`,
    });
    writeTexts(folder, `${place}/tags`, model.tags);
    writeTexts(folder, `${place}/aliases`, new Map([...model.aliases].map(([alias, of]) => [alias, String(of)])));
    for (const { version, currentStage, source, runId, tags } of model.versions) {
      const meta = `version: ${version}\ncurrent_stage: ${currentStage}\nsource: ${source}\nrun_id: ${runId}\n`;
      folder.write({ [`${place}/version-${version}/meta.yaml`]: meta });
      writeTexts(folder, `${place}/version-${version}/tags`, tags);
    }
  }
}

function writeTexts(folder: Folder, place: string, texts: ReadonlyMap<string, string>): void {
  for (const [key, text] of texts) folder.write({ [`${place}/${key}`]: text });
}

function lineOf({ timestamp, value, step }: MetricPoint): string {
  return `${timestamp} ${Number.isNaN(value) ? "nan" : pyFloat(value)} ${step}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
