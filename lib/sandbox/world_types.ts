/**
 * The things a sandboxed MLflow server holds, as plain shapes. Times are milliseconds since the epoch.
 * @module
 */
import type { Int64, MetricPoint } from "../source.ts";

/** Every logged point of one metric of one run, in the order the server keeps: timestamp, step, value. */
export interface MetricSeries {
  /** Count of points. */
  readonly length: number;
  /** The point at an index from 0 to length - 1. */
  at(index: number): MetricPoint;
  /** The point that runs/search shows: the greatest by step, then timestamp, then value. */
  latest(): MetricPoint;
}

/** An experiment. */
export interface WorldExperiment {
  readonly id: string;
  name: string;
  readonly artifactLocation: string;
  /** "active" or "deleted". */
  lifecycleStage: string;
  readonly creationTime: Int64;
  lastUpdateTime: Int64;
  readonly tags: Map<string, string>;
}

/** A dataset that a run used or made. */
export interface WorldDataset {
  /** The link's own tags: mlflow.data.context and others. */
  readonly tags: ReadonlyMap<string, string>;
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema: string | null;
  readonly profile: string | null;
}

/** A logged model (MLflow 3) that a run put out. */
export interface WorldModelOutput {
  readonly modelId: string;
  readonly step: Int64;
}

/** A run. A generated run computes its maps whenever it is asked. */
export interface WorldRun {
  readonly id: string;
  readonly experimentId: string;
  name: string;
  readonly userId: string;
  /** RUNNING, SCHEDULED, FINISHED, FAILED or KILLED. */
  status: string;
  /** Null where the run has none. */
  readonly startTime: Int64 | null;
  endTime: Int64 | null;
  /** "active" or "deleted". */
  lifecycleStage: string;
  readonly artifactUri: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, MetricSeries>;
  readonly datasets: readonly WorldDataset[];
  readonly modelOutputs: readonly WorldModelOutput[];
}

/** A version of a registered model. */
export interface WorldModelVersion {
  readonly name: string;
  /** 1 and upwards. */
  readonly version: number;
  readonly creationTimestamp: Int64;
  lastUpdatedTimestamp: Int64;
  currentStage: string;
  description: string | null;
  readonly source: string;
  readonly runId: string | null;
  readonly status: string;
  readonly runLink: string;
  readonly tags: Map<string, string>;
}

/** A registered model. */
export interface WorldModel {
  readonly name: string;
  readonly creationTimestamp: Int64;
  lastUpdatedTimestamp: Int64;
  description: string | null;
  readonly tags: Map<string, string>;
  /** Alias to version number. */
  readonly aliases: Map<string, number>;
  readonly versions: WorldModelVersion[];
}

/** A logged model (MLflow 3): a folder of files outside its run's own. */
export interface WorldLoggedModel {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  readonly sourceRunId: string;
  readonly artifactUri: string;
  readonly creationTimestamp: Int64;
  /** LOGGED_MODEL_READY, or LOGGED_MODEL_PENDING while its files come. */
  readonly status: string;
}
