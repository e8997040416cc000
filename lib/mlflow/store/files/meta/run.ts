/**
 * What a run's meta.yaml says.
 * @module
 */
import { basename } from "node:path";
import type { Run } from "../../../../source/mod.ts";
import { metaOf, NotReadable } from "./read.ts";

/** A run's own facts. */
export interface RunMeta extends Omit<Run, "tags" | "params" | "metrics" | "datasets" | "modelIds"> {
  /** Its name; undefined where only a tag tells it. */
  readonly name: string | undefined;
  /** Who started it; undefined where the file does not tell. */
  readonly userId: string | undefined;
}

const STATUSES: readonly (string | undefined)[] = [undefined, "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

/**
 * Reads what a run's meta.yaml says.
 *
 * @throws {NotReadable} if MLflow would pass the folder over, or could not read it.
 */
export function readRunMeta(folder: string, text: string | null, experimentId: string): RunMeta {
  const meta = metaOf(text);
  // MLflow 1.0 and before know run_uuid alone, MLflow 3 may write run_id alone.
  const id = meta.text("run_id") ?? meta.text("run_uuid");
  const ownExperiment = meta.text("experiment_id");
  const status = statusOf(meta.text("status"));
  if (id === null) throw new NotReadable("names no run");
  if (ownExperiment !== experimentId) throw new NotReadable(`says that it belongs to experiment ${ownExperiment}`);
  if (id !== basename(folder)) throw new NotReadable(`says that it is run ${id}`);
  if (status === undefined) throw new NotReadable(`has the unknown status ${meta.text("status")}`);
  const endTime = meta.integer("end_time");
  return {
    id,
    experimentId,
    status,
    lifecycleStage: meta.text("lifecycle_stage") ?? "active",
    startTime: meta.integer("start_time") ?? 0,
    endTime: endTime === 0 ? null : endTime,
    artifactUri: meta.text("artifact_uri") ?? "",
    name: meta.text("run_name") || undefined,
    userId: meta.text("user_id") ?? undefined,
  };
}

/** A number since ever; what is not there is a run that has just begun. */
function statusOf(text: string | null): string | undefined {
  if (text === null) return "RUNNING";
  return STATUSES[Number(text)] ?? STATUSES.find((status) => status === text);
}
