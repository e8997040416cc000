/**
 * Logged models as logged_models.json has them: one a line. None goes to Kiroframe.
 * @module
 */
import { pyFloat } from "../json/exact.ts";
import { type JsonRow, pythonJson, RawJson, type RowOf } from "../json/python.ts";
import type { LoggedModelMetricRow, LoggedModelRow } from "../shapes/extras.ts";
import type { Experiment, LoggedModel, LoggedModelMetric } from "../source/mod.ts";
import { inKeyOrder } from "./in_key_order.ts";
import { compareCodePoints } from "./tally.ts";
import { isoUtc } from "./time.ts";

/** One model's line, without its newline. Tags, params and metrics are sorted: stores and servers give them in different orders. */
export function loggedModelLine(model: LoggedModel, experiment: Pick<Experiment, "name">): string {
  return pythonJson(
    {
      model_id: model.id,
      creation_timestamp: model.created,
      creation_timestamp_iso: isoUtc(model.created),
      last_updated_timestamp: model.lastUpdated,
      experiment_id: model.experimentId,
      experiment_name: experiment.name,
      name: model.name,
      status: model.status,
      model_type: model.modelType,
      source_run_id: model.sourceRunId,
      artifact_location: model.artifactLocation,
      tags: inKeyOrder(model.tags),
      params: inKeyOrder(model.params),
      metrics: model.metrics.toSorted(compareMetrics).map(metricRow),
      registered_versions: registeredVersions(model.tags),
    } satisfies RowOf<LoggedModelRow>,
  );
}

function metricRow({ key, value, step, timestamp, runId, datasetName, datasetDigest }: LoggedModelMetric): JsonRow {
  return {
    key,
    value: new RawJson(pyFloat(value)),
    step,
    timestamp,
    run_id: runId,
    dataset_name: datasetName,
    dataset_digest: datasetDigest,
  } satisfies RowOf<LoggedModelMetricRow>;
}

function compareMetrics(a: LoggedModelMetric, b: LoggedModelMetric): number {
  return compare(a.key, b.key) || compare(a.datasetName ?? "", b.datasetName ?? "") ||
    compare(a.datasetDigest ?? "", b.datasetDigest ?? "") || compare(a.timestamp, b.timestamp) ||
    compare(a.step, b.step) || compare(a.runId ?? "", b.runId ?? "") || compare(a.value, b.value);
}

/** Where it is registered, as a tag of MLflow's tells; aliases of these versions are in models.json. */
function registeredVersions(tags: ReadonlyMap<string, string>): JsonRow {
  try {
    const told: unknown = JSON.parse(tags.get("mlflow.modelVersions") ?? "[]");
    if (!Array.isArray(told)) return [];
    return told.map(({ name, version }) => ({ name: String(name), version: String(version) }));
  } catch {
    // A tag may hold anything, blackened text too.
    return [];
  }
}

function compare<T extends string | number | bigint>(a: T, b: T): number {
  return typeof a === "string" ? compareCodePoints(a, b as string) : a < b ? -1 : a > b ? 1 : 0;
}
