/**
 * The logged models of a file store (MLflow 3).
 * @module
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { entriesOf } from "../../../runtime/entries.ts";
import { byCreation } from "../../../source/in_order.ts";
import type { Experiment, Int64, LoggedModel, LoggedModelMetric } from "../../../source/mod.ts";
import { visible } from "../../../visible.ts";
import { loggedModelStatus } from "../../extras/logged_model_status.ts";
import { MODELS } from "./layout.ts";
import { NotReadable, readMeta } from "./meta/read.ts";
import type { Meta } from "./meta/yaml.ts";
import { float, integer } from "./metric/line.ts";
import { experimentFolder } from "./runs.ts";
import type { Notes } from "./skipped.ts";
import { keyFiles, readTexts } from "./texts.ts";

interface Place {
  readonly folder: string;
  readonly id: string;
  readonly created: Int64;
}

/** Gives the models of the experiments that are not deleted, newest first over all of them. */
export async function* readLoggedModels(
  root: string,
  { experiments, notes, breathe }: {
    readonly experiments: readonly Experiment[];
    readonly notes: Notes;
    readonly breathe: () => Promise<void>;
  },
): AsyncGenerator<LoggedModel> {
  const places: Place[] = [];
  for (const { id } of experiments) {
    await breathe();
    for (const { name, kind } of entriesOf(join(experimentFolder(root, id), MODELS))) {
      if (kind !== "folder") continue;
      const folder = join(experimentFolder(root, id), MODELS, name);
      const meta = metaOf(folder, id, notes);
      if (meta !== null) places.push({ folder, id: name, created: meta.integer("creation_timestamp") ?? 0 });
    }
  }
  for (const { folder, id } of places.sort(byCreation)) {
    await breathe();
    const meta = readMeta(folder);
    yield {
      id,
      experimentId: meta.text("experiment_id") ?? "",
      name: meta.text("name") ?? "",
      status: loggedModelStatus(meta.text("status") ?? ""),
      modelType: meta.text("model_type") || null,
      sourceRunId: meta.text("source_run_id") || null,
      artifactLocation: meta.text("artifact_location") ?? "",
      created: meta.integer("creation_timestamp") ?? 0,
      lastUpdated: meta.integer("last_updated_timestamp") ?? 0,
      tags: readTexts(join(folder, "tags")),
      params: readTexts(join(folder, "params")),
      metrics: keyFiles(join(folder, "metrics")).flatMap(({ key, path }) => metricsOf(key, path, notes)),
    };
  }
}

/** Null for one that was deleted, or is none. */
function metaOf(folder: string, experimentId: string, notes: Notes): Meta | null {
  try {
    const meta = readMeta(folder);
    if (meta.text("model_id") !== basename(folder)) throw new NotReadable(`says that it is ${meta.text("model_id")}`);
    const own = meta.text("experiment_id");
    if (own !== experimentId) throw new NotReadable(`says that it belongs to experiment ${own}`);
    return meta.text("lifecycle_stage") === "deleted" ? null : meta;
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
    notes.note(folder, error.message);
    return null;
  }
}

/** The latest value for each dataset, as MLflow's server gives them: by step, then timestamp, then value. */
function metricsOf(key: string, path: string, notes: Notes): LoggedModelMetric[] {
  const latest = new Map<string, LoggedModelMetric>();
  for (const line of readFileSync(path, "utf8").split("\n").filter((text) => text.trim() !== "")) {
    const metric = metricOf(key, line);
    if (metric === null) {
      notes.note(path, `has a line that cannot be read: ${visible(line.slice(0, 60))}`);
      continue;
    }
    const dataset = JSON.stringify([metric.datasetName, metric.datasetDigest]);
    const other = latest.get(dataset);
    if (other === undefined || isLater(metric, other)) latest.set(dataset, metric);
  }
  return [...latest.values()];
}

/** Timestamp, value, step and run, perhaps with the name and digest of a dataset: null for anything else. */
function metricOf(key: string, line: string): LoggedModelMetric | null {
  const fields = line.trim().split(" ");
  const [ts = "", number = "", at = "", runId = "", datasetName = null, datasetDigest = null] = fields;
  const [timestamp, value, step] = [integer(ts), float(number), integer(at)];
  if (![4, 6].includes(fields.length) || timestamp === null || value === null || step === null) return null;
  return { key, value, step, timestamp, runId: runId || null, datasetName, datasetDigest };
}

function isLater(a: LoggedModelMetric, b: LoggedModelMetric): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return a.value > b.value;
}
