/**
 * The shapes that cross the seam to a source.
 *
 * Keys keep the server's order, so that tags, params and metrics are Maps: a plain object would move integer-like keys first.
 * @module
 */

/** An int64 of the wire, exact: a bigint only where a number would round (beyond 2^53). */
export type Int64 = number | bigint;

/** One experiment. */
export interface Experiment {
  /** Always text: file stores use 18 digits. */
  readonly id: string;
  /** Its name, unique on the server; any text. */
  readonly name: string;
  /** URI below which its runs keep artifacts. */
  readonly artifactLocation: string;
  /** "active" or "deleted". */
  readonly lifecycleStage: string;
  /** Tags in the server's order. */
  readonly tags: ReadonlyMap<string, string>;
}

/** Where in a history a value was logged. */
export interface PointPlace {
  /** The step it was logged for; may be negative. */
  readonly step: Int64;
  /** Milliseconds since the epoch. */
  readonly timestamp: Int64;
}

/** One logged value of a metric. */
export interface MetricPoint extends PointPlace {
  /** May be NaN or infinite. */
  readonly value: number;
}

/** Points as a run's row has them. */
export interface PrintedPoints {
  /** `{"step": 1, "ts": 2, "value": 3.0}, …` in UTF-8: without brackets. */
  readonly bytes: Uint8Array;
  /** How many values are NaN or infinite. */
  readonly nonFinite: number;
}

/** Points as three lists of one length. */
export interface PointLists {
  /** Their steps. */
  readonly steps: ArrayLike<Int64>;
  /** Their times, in milliseconds since the epoch. */
  readonly timestamps: ArrayLike<Int64>;
  /** Their values. */
  readonly values: ArrayLike<number>;
}

/** Points in order: a list, or what holds them in less memory; as three lists, or printed, where the source has them so. */
export type Points = Iterable<MetricPoint> & {
  readonly length: number;
  readonly lists?: PointLists;
  readonly printed?: PrintedPoints;
};

/** Why one metric's history could not be read. */
export interface HistoryError {
  /** The server's words. */
  readonly error: string;
  /** The server's last HTTP status; null or undefined where no status tells. */
  readonly status?: number | null;
}

/**
 * One metric's whole history, oldest first: all at once when it is short, in pages when it is long
 * (so that millions of points never lie in memory; each iteration reads from the start), or the reason why there is none.
 */
export type History = Points | AsyncIterable<Points> | HistoryError;

/** One use of a dataset by a run. */
export interface Dataset {
  /** Name, possibly empty. */
  readonly name: string;
  /** Digest, the dataset's version. */
  readonly digest: string;
  /** Kind of source: "local", "s3", "delta_table", … */
  readonly sourceType: string;
  /** The source, usually JSON text. */
  readonly source: string;
  /** Schema as JSON text; null where none was logged. */
  readonly schema: string | null;
  /** Profile (counts of rows and so on) as JSON text; null where none was logged. */
  readonly profile: string | null;
  /** The tag mlflow.data.context: "training", "eval", "output", … */
  readonly context: string | null;
}

/** One run, without histories. */
export interface Run {
  /** Run id: 32 hex digits, or any text. */
  readonly id: string;
  /** The experiment it belongs to. */
  readonly experimentId: string;
  /** RUNNING, SCHEDULED, FINISHED, FAILED or KILLED. */
  readonly status: string;
  /** "active" or "deleted". */
  readonly lifecycleStage: string;
  /** Milliseconds since the epoch; 0 where the server has none (as the reference's client reads it). */
  readonly startTime: Int64;
  /** Milliseconds since the epoch; null while the run is going on. */
  readonly endTime: Int64 | null;
  /** URI of the run's artifacts. */
  readonly artifactUri: string;
  /** Tags in the server's order. */
  readonly tags: ReadonlyMap<string, string>;
  /** Params in the server's order. */
  readonly params: ReadonlyMap<string, string>;
  /** The latest value of each metric. */
  readonly metrics: ReadonlyMap<string, number>;
  /** Where each of them was logged; undefined from a source that does not tell. */
  readonly latestPlaces?: ReadonlyMap<string, PointPlace>;
  /** Uses of datasets, in the server's order. */
  readonly datasets: readonly Dataset[];
  /** Ids of the MLflow 3 logged models that the run put out. */
  readonly modelIds: readonly string[];
}

/** One run with everything that goes into its row. */
export interface RunRecord {
  /** The experiment, as it was listed. */
  readonly experiment: Experiment;
  /** The run, as it was listed. */
  readonly run: Run;
  /**
   * One entry for each key of `run.metrics`, in that order, then an error for each metric that has no readable value; none for a run
   * whose histories were not asked for.
   */
  readonly histories: ReadonlyMap<string, History>;
}

/** One version of a registered model. */
export interface ModelVersion {
  /** Version number as text. */
  readonly version: string;
  /** Stage: "None", "Staging", "Production" or "Archived". */
  readonly currentStage: string;
  /** READY, PENDING_REGISTRATION or FAILED_REGISTRATION. */
  readonly status: string;
  /** The run it was made from; null where none is named. */
  readonly runId: string | null;
  /** URI of the model's files. */
  readonly source: string;
  /** Description; null where none was given. */
  readonly description: string | null;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** Tags in the server's order. */
  readonly tags: ReadonlyMap<string, string>;
  /** Aliases that point at this version, in the registered model's order. */
  readonly aliases: readonly string[];
}

/** One registered model. */
export interface RegisteredModel {
  /** Its name, unique on the server; any text. */
  readonly name: string;
  /** Description, possibly empty. */
  readonly description: string;
  /** Tags in the server's order. */
  readonly tags: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** Every version, newest first. */
  readonly versions: readonly ModelVersion[];
}

/** One file below a run (or below a logged model of the run), as listed by the server. */
export interface ArtifactFile {
  /** Where it goes, relative to the run's folder, with "/" between parts. Untrusted: check before writing. */
  readonly path: string;
  /** Bytes as the listing says; null where it does not. */
  readonly size: number | null;
  /** Another one where the content is another: what was begun of one is not gone on with as one of the other. @default {unknown} */
  readonly version?: string;
  /** Opens the file from the given byte. Rejects with an AppError. */
  readonly open: (fromByte: number, signal?: AbortSignal) => Promise<ArtifactBody>;
}

/** The bytes of an artifact on their way. */
export interface ArtifactBody {
  /** The byte the stream really begins with: 0 when the server does not honour Range. */
  readonly fromByte: number;
  /** Bytes that will come, where the server says so. */
  readonly length: number | null;
  /** The bytes. */
  readonly stream: ReadableStream<Uint8Array>;
}

/** JSON as it was parsed: integers beyond 2^53 are bigints. */
export type Json = null | boolean | string | number | bigint | readonly Json[] | { readonly [key: string]: Json };
