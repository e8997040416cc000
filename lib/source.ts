/**
 * What the export needs of any tracking system: the interface, and the shapes that cross it.
 * A new source is one folder beside lib/mlflow that implements {@linkcode Source}, and one line in lib/sources.ts.
 *
 * Keys keep the server's order, so tags, params and metrics are Maps: a plain object would move integer-like keys first.
 * @module
 */

/** An int64 of the wire, exact: a bigint only where a number would round (beyond 2^53). */
export type Int64 = number | bigint;

/** One experiment. */
export interface Experiment {
  /** Always text: file stores use 18 digits. */
  readonly id: string;
  readonly name: string;
  readonly artifactLocation: string;
  /** "active" or "deleted". */
  readonly lifecycleStage: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** One logged value of a metric. */
export interface MetricPoint {
  readonly step: Int64;
  /** Milliseconds since the epoch. */
  readonly timestamp: Int64;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** Why one metric's history could not be read. */
export interface HistoryError {
  readonly error: string;
}

/**
 * One metric's whole history, oldest first: all at once when it is short, in pages to be read once when it is long
 * (so that millions of points never lie in memory), or the reason why there is none.
 */
export type History = readonly MetricPoint[] | AsyncIterable<readonly MetricPoint[]> | HistoryError;

/** One use of a dataset by a run. */
export interface Dataset {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema: string | null;
  readonly profile: string | null;
  /** The tag mlflow.data.context: "training", "eval", "output", … */
  readonly context: string | null;
}

/** One run, without histories. */
export interface Run {
  readonly id: string;
  readonly experimentId: string;
  /** RUNNING, SCHEDULED, FINISHED, FAILED or KILLED. */
  readonly status: string;
  readonly lifecycleStage: string;
  /** Milliseconds since the epoch; 0 where the server has none (as the reference's client reads it). */
  readonly startTime: Int64;
  /** Milliseconds since the epoch; null while the run is going on. */
  readonly endTime: Int64 | null;
  readonly artifactUri: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  /** The latest value of each metric. */
  readonly metrics: ReadonlyMap<string, number>;
  readonly datasets: readonly Dataset[];
  /** Ids of the MLflow 3 logged models that the run put out. */
  readonly modelIds: readonly string[];
}

/** One run with everything that goes into its row. */
export interface RunRecord {
  readonly experiment: Experiment;
  readonly run: Run;
  /** One entry for each key of `run.metrics`, in that order. */
  readonly histories: ReadonlyMap<string, History>;
}

/** One version of a registered model. */
export interface ModelVersion {
  readonly version: string;
  readonly currentStage: string;
  readonly status: string;
  readonly runId: string | null;
  readonly source: string;
  readonly description: string | null;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  readonly tags: ReadonlyMap<string, string>;
  readonly aliases: readonly string[];
}

/** One registered model. */
export interface RegisteredModel {
  readonly name: string;
  readonly description: string;
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
  /** Opens the file from the given byte. Rejects with an AppError. */
  readonly open: (fromByte: number, signal?: AbortSignal) => Promise<ArtifactBody>;
}

/** The bytes of an artifact on their way. */
export interface ArtifactBody {
  /** The byte the stream really begins with: 0 when the server does not honour Range. */
  readonly fromByte: number;
  /** Bytes that will come, where the server says so. */
  readonly length: number | null;
  readonly stream: ReadableStream<Uint8Array>;
}

/** Which runs {@linkcode Source.runs} gives. */
export interface RunQuery {
  /** Further condition in the source's own filter language. */
  readonly filter?: string;
  /** Deleted runs too. @default {false} */
  readonly includeDeleted?: boolean;
  /** True for a run that is already exported: it is left out, and nothing more is asked about it. */
  readonly isDone?: (run: Run) => boolean;
}

/** A tracking system to export from. */
export interface Source {
  /** The name that goes into Kiroframe's import_source: "mlflow". */
  readonly importSource: string;
  /** Kiroframe's import_source_id (spec, "Kiroframe"). */
  readonly sourceId: string;
  /** The server's address without credentials: safe to show and to store. */
  readonly displayUrl: string;
  /** The server's version, null where it does not tell (MLflow 1.x). Also the first call: rejects if there is no such server. */
  version(): Promise<string | null>;
  /** What the user should be told about this server or account before trusting the export (restricted account, …). */
  warnings(): Promise<readonly string[]>;
  /** Experiments, newest first. */
  experiments(options?: { readonly includeDeleted?: boolean }): AsyncIterable<Experiment>;
  /** All runs of the experiments given, grouped in that order, newest first inside each, each run once. */
  runs(experiments: readonly Experiment[], query?: RunQuery): AsyncIterable<RunRecord>;
  /** Every registered model with all its versions. */
  models(): Promise<readonly RegisteredModel[]>;
  /** Lists all files of a run, its logged models included, before any is fetched. */
  artifacts(run: Run): Promise<readonly ArtifactFile[]>;
  /** Frees connections. */
  close(): Promise<void>;
}
