/**
 * What the export needs of any tracking system: the interface, and the shapes that cross it.
 * A new kind of source is one folder beside lib/mlflow that implements {@linkcode SourceKind}, and one line in lib/jobs/sources.ts.
 * @module
 */
import type { Environment } from "../environment.ts";
import type { Logger, Progress } from "../logger.ts";
import type { Extras } from "./extras.ts";
import type { ArtifactFile, Experiment, RegisteredModel, Run, RunRecord } from "./shapes.ts";

export type * from "./evaluation.ts";
export type * from "./extras.ts";
export type * from "./shapes.ts";

/** Which runs: data, which each source turns into its own language. Undefined and null leave a bound out. */
export interface RunSelection {
  /** Only runs started at or after this, in milliseconds since the epoch. */
  readonly sinceMs?: number | null;
  /** Only runs started before this, in milliseconds since the epoch. */
  readonly untilMs?: number | null;
  /** Further condition in the source's own filter language. @default {""} */
  readonly filter?: string;
  /** Deleted runs too. @default {false} */
  readonly includeDeleted?: boolean;
}

/** Why the runs of one experiment cannot be listed, where those of others can: a damaged file of the server's, say. */
export interface ExperimentFailure {
  /** The experiment, as it was listed. */
  readonly experiment: Experiment;
  /** The server's last HTTP status; null where there is none. */
  readonly status: number | null;
  /** The server's words. */
  readonly error: string;
}

/** Which runs {@linkcode Source.listedRuns} gives. */
export interface ListingQuery extends RunSelection {
  /**
   * Told of each experiment whose runs cannot be listed, once, before any run of an experiment that comes after it; what was given of it
   * so far does not count, and the others go on. What would meet all of them alike (`endsEverything` of lib/errors.ts) is not told but
   * rejected with, and so is every failure where there is nobody to tell.
   */
  readonly onFailure?: (failure: ExperimentFailure) => void;
}

/** Which runs {@linkcode Source.runs} gives. */
export interface RunQuery extends ListingQuery {
  /** True for a run that is already exported: it is left out, and nothing more is asked about it. */
  readonly isDone?: (run: Run) => boolean;
  /** False for a run whose histories are known already: it comes without them. @default every run's are read */
  readonly needsHistories?: (run: Run) => boolean;
}

/** Which runs {@linkcode Source.estimate} is about, and what is done with those that it reads to measure by. */
export interface EstimateQuery extends ListingQuery {
  /** False for a run whose histories will not be read, because they are known already. @default every run's will be */
  readonly needsHistories?: (run: Run) => boolean;
  /** After so many milliseconds no further run is read to measure by. @default {4000} */
  readonly sampleMs?: number;
  /** Does with a run what an export would; resolves with the points that it had. */
  readonly take: (record: RunRecord) => Promise<number>;
}

/** What it takes to read runs with their histories. */
export interface ReadingEstimate {
  /** Runs in all: counted. */
  readonly runs: number;
  /** Of these, runs whose histories will not be read. */
  readonly known: number;
  /** Histories to be read. */
  readonly histories: number;
  /** Points in them. */
  readonly points: number;
  /** Whether histories and points were counted; else they are reckoned from the runs that were read. */
  readonly isCounted: boolean;
  /** Calls to the server; 0 where there is none. */
  readonly calls: number;
  /** Milliseconds, with what `take` took. */
  readonly ms: number;
  /** Runs that were read. */
  readonly sampled: number;
}

/** What was seen where something was looked at. */
export interface Seen {
  /** In words. */
  readonly found: string;
  /** What to do about it. @default {nothing: all is well} */
  readonly hint?: string;
}

/** One thing that can be looked at without writing anything: `doctor` does. */
export interface Probe {
  /** What it is, in a word or two: "bulk histories". */
  readonly check: string;
  /** Looks. Rejects with an AppError where it cannot be had. */
  look(): Promise<Seen>;
}

/** Which tracking system it is, as Kiroframe, the folder and the user are told. */
export interface SourceIdentity {
  /** The name that goes into Kiroframe's import_source: "mlflow". */
  readonly importSource: string;
  /** Its name in messages: "MLflow". */
  readonly name: string;
  /** Kiroframe's import_source_id (spec, "Kiroframe"). */
  readonly sourceId: string;
  /** Its address without credentials: safe to show and to store. */
  readonly displayUrl: string;
  /** The part of it that is read, where it has parts that know nothing of each other; undefined for the default one. */
  readonly workspace?: string;
}

/** A tracking system to export from, which has answered. */
export interface Source {
  /** Which one it is. */
  readonly identity: SourceIdentity;
  /** The server's version, null where it does not tell (MLflow 1.x). */
  readonly version: string | null;
  /** Calls to servers so far, those that were tried again too; 0 where there is no server. */
  readonly calls: number;
  /** What it has besides runs and registered models; undefined where it is of a kind, or an age, that has nothing else. */
  readonly extras?: Extras;
  /** What the user should be told about this server or account before trusting the export (restricted account, …). */
  warnings(): Promise<readonly string[]>;
  /** Experiments, newest first. */
  experiments(options?: { readonly includeDeleted?: boolean }): AsyncIterable<Experiment>;
  /** Rejects with a UsageError where the selection cannot be read: asked before anything is written. */
  checkSelection(experiments: readonly Experiment[], selection: RunSelection): Promise<void>;
  /** About how many runs each experiment has, by id: cheap, and steady while runs are being added. What --shard balances by. */
  runCounts(experiments: readonly Experiment[], selection?: RunSelection): Promise<ReadonlyMap<string, number>>;
  /** All runs of the experiments given, without histories: what an experiment's totals are counted from. */
  listedRuns(experiments: readonly Experiment[], query?: ListingQuery): AsyncIterable<Run>;
  /** All runs of the experiments given, grouped in that order, newest first inside each, each run once. */
  runs(experiments: readonly Experiment[], query?: RunQuery): AsyncIterable<RunRecord>;
  /** What `runs` would take, from a listing and some runs that are read: a fraction of that. */
  estimate(experiments: readonly Experiment[], query: EstimateQuery): Promise<ReadingEstimate>;
  /** Every registered model with all its versions. */
  models(): Promise<readonly RegisteredModel[]>;
  /** Lists all files of a run, its logged models included, before any is fetched. */
  artifacts(run: Run, signal?: AbortSignal): Promise<readonly ArtifactFile[]>;
  /** The names of all its workspaces; null where it has none. A source of a kind that never has any lacks this. */
  workspaces?(): Promise<readonly string[] | null>;
  /**
   * What this kind of source can be asked about itself, besides what every one can.
   *
   * @param run One that has metrics, where there is any.
   */
  probes(run: Run | undefined): readonly Probe[];
  /** Frees connections. */
  close(): Promise<void>;
}

/** Where a tracking system is, before it was asked anything. */
export interface SourceAddress {
  /** Which one it is. */
  readonly identity: SourceIdentity;
  /** Texts that must never be shown or stored: passwords, tokens, and their encoded forms. */
  readonly secrets: readonly string[];
  /** Makes the first contact. Rejects with an AppError where there is no such system; nothing is left open then. */
  connect(): Promise<Source>;
}

/** What every kind of source is made from; each adds options of its own. */
export interface SourceOptions {
  /** As the user gave it, perhaps with user and password. */
  readonly trackingUrl: string;
  /** Where credentials, certificates and proxies are read from. */
  readonly env: Environment;
  /** Told what is odd about the server. */
  readonly logger: Logger;
  /** Told of every call. @default {nobody} */
  readonly progress?: Progress;
  /** Ends every call when it is aborted. */
  readonly signal?: AbortSignal;
  /** Told of each further text that must never be shown or stored, as soon as it is there: a token that takes another's place. @default {nobody} */
  readonly hide?: (secrets: readonly string[]) => void;
}

/** A kind of tracking system: what --import-type chooses. */
export interface SourceKind<Options extends SourceOptions> {
  /** The name that goes into Kiroframe's import_source. */
  readonly importSource: string;
  /** Kiroframe's import_source_id of an address (spec, "Kiroframe"). @param env where a workspace may be named. @default {{}} */
  sourceIdOf(trackingUrl: string, env?: Environment): string;
  /** Reads credentials and the like; asks nothing of the server. Rejects with a UsageError when the options do not fit together. */
  locate(options: Options): Promise<SourceAddress>;
}
