/**
 * The things a sandboxed MLflow server holds: a source's shapes, with what only a server knows, and changeable where a server
 * changes them. Times are milliseconds since the epoch.
 * @module
 */
import type {
  Dataset,
  Experiment,
  Int64,
  LoggedModelMetric,
  MetricPoint,
  ModelVersion,
  Run,
} from "../../lib/source/mod.ts";

/** Every logged point of one metric of one run, in the order the server keeps: timestamp, step, value. */
export interface MetricSeries {
  readonly length: number;
  /** The point at an index from 0 to length - 1. */
  at(index: number): MetricPoint;
  /** The point that runs/search shows: the greatest by step, then timestamp, then value. */
  latest(): MetricPoint;
}

export interface WorldExperiment extends Experiment {
  name: string;
  lifecycleStage: string;
  readonly creationTime: Int64;
  lastUpdateTime: Int64;
  readonly tags: Map<string, string>;
}

/** A dataset that a run used or made. */
export interface WorldDataset extends Omit<Dataset, "context"> {
  /** The link's own tags: mlflow.data.context and others. */
  readonly tags: ReadonlyMap<string, string>;
}

/** A logged model (MLflow 3) that a run put out. */
export interface WorldModelOutput {
  readonly modelId: string;
  /** The step it was logged at. */
  readonly step: Int64;
}

/** A run. A generated run computes its maps whenever it is asked. */
export interface WorldRun extends Omit<Run, "startTime" | "metrics" | "datasets" | "modelIds"> {
  name: string;
  /** Who ran it. */
  readonly userId: string;
  status: string;
  /** Null where the run has none. */
  readonly startTime: Int64 | null;
  endTime: Int64 | null;
  lifecycleStage: string;
  /** In the order they were first logged. */
  readonly metrics: ReadonlyMap<string, MetricSeries>;
  /** The datasets it used or made. */
  readonly datasets: readonly WorldDataset[];
  /** The logged models it put out. */
  readonly modelOutputs: readonly WorldModelOutput[];
}

export interface WorldModelVersion
  extends Omit<ModelVersion, "version" | "created" | "lastUpdated" | "tags" | "aliases"> {
  readonly name: string;
  /** 1 and upwards. */
  readonly version: number;
  readonly creationTimestamp: Int64;
  lastUpdatedTimestamp: Int64;
  currentStage: string;
  description: string | null;
  /** A link to a run elsewhere, or "". */
  readonly runLink: string;
  readonly tags: Map<string, string>;
}

export interface WorldModel {
  readonly name: string;
  readonly creationTimestamp: Int64;
  /** When it, or a version of it, was changed. */
  lastUpdatedTimestamp: Int64;
  /** What people wrote about it; null where nothing was ever set. */
  description: string | null;
  readonly tags: Map<string, string>;
  /** Alias to version number. */
  readonly aliases: Map<string, number>;
  /** Oldest first. */
  readonly versions: WorldModelVersion[];
}

/** A trace (MLflow 2.14 and later). */
export interface WorldTrace {
  readonly id: string;
  readonly experimentId: string;
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly durationMs: number;
  /** @default {"OK"} */
  readonly state?: string;
  readonly tags: ReadonlyMap<string, string>;
  /** As the wire has them. */
  readonly assessments: readonly unknown[];
  /** As the wire has them; undefined where they are lost. */
  readonly spans?: readonly unknown[];
}

/** A logged model (MLflow 3): a folder of files outside its run's own. */
export interface WorldLoggedModel {
  /** "m-" and 32 hex digits. */
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  /** The run that put it out; "" where none did. */
  readonly sourceRunId: string;
  /** Where its files lie. */
  readonly artifactUri: string;
  readonly creationTimestamp: Int64;
  /** LOGGED_MODEL_PENDING while its files come. @default {"LOGGED_MODEL_READY"} */
  readonly status?: string;
  /** @default {none} */
  readonly tags?: ReadonlyMap<string, string>;
  /** @default {none} */
  readonly params?: ReadonlyMap<string, string>;
  /** In the order they were logged. @default {none} */
  readonly metrics?: readonly LoggedModelMetric[];
}

/** An evaluation dataset (MLflow 3). */
export interface WorldEvaluationDataset {
  /** "d-" and 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly createdTime: number;
  readonly experimentIds: readonly string[];
  /** As the wire has them, in their order. */
  readonly records: readonly {
    readonly dataset_record_id: string;
    readonly created_time: number;
    readonly [field: string]: unknown;
  }[];
}

/** A scorer (MLflow 3). */
export interface WorldScorer {
  readonly id: string;
  readonly experimentId: string;
  readonly name: string;
  /** Oldest first. */
  readonly versions: { readonly serialized: string; readonly created: number }[];
}

/** A webhook (MLflow 3). */
export interface WorldWebhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly events: readonly (readonly [entity: string, action: string])[];
  readonly created: number;
}
