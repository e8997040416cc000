/**
 * What the other rooms may say to the user: they are handed these two, and never print themselves.
 * @module
 */

/** Writes one record to the console and to export.log, each by its level. Secrets are replaced before anything is written. */
export interface Logger {
  /** Detail for somebody who looks for a fault. */
  debug(message: string): void;
  /** What a user wants to read afterwards. */
  info(message: string): void;
  /** Something is odd and the work goes on. */
  warn(message: string): void;
  /** Something failed. */
  error(message: string): void;
}

/** What is counted over a whole command: shown while it works, and told at its end (docs/json.md). */
export type Counted =
  | "sourceCalls"
  | "kiroframeCalls"
  | "retries"
  | "experiments"
  | "runs"
  | "unchangedRuns"
  | "metrics"
  | "points"
  | "datasets"
  | "models"
  | "artifactFiles"
  | "artifactBytes"
  | `${"sent" | "skipped"}${"Experiments" | "Runs" | "Models"}`;

/** What can fail while the rest goes on: something that is read, or a row that is sent. */
export type FailedThing =
  | "experiments"
  | "models"
  | "extras"
  | "histories"
  | "artifacts"
  | "experiment rows"
  | "run rows"
  | "models row"
  | "counts"
  | "problems";

/** One failure, or several of a kind. */
export interface Failure {
  /** What failed. "artifacts" are those of one run, whatever number of files; "extras" are one kind of what there is besides; "counts" are an experiment's that differ, "problems" of a folder. */
  readonly what: FailedThing;
  /** The server's last HTTP status; null where no status tells. */
  readonly status: number | null;
  /** The server's words, or ours: of the first of each kind they are told. Untrusted text without secrets. */
  readonly words: string;
  /** How many. @default {1} */
  readonly count?: number;
}

/** A piece of long work whose state is shown at least every ten seconds, and the account of a whole command. */
export interface Progress {
  /** Starts (or renames) what is counted; total is unknown until given. */
  start(label: string, total?: number): void;
  /** Says that the work is about so many experiments, of which some were done before: the count of "experiments" tells how far it is. */
  expectExperiments(total: number, before?: number): void;
  /** Adds to what is done. */
  advance(count?: number): void;
  /** Says where in the work we are: an experiment's name, a file. Untrusted text: shown without control characters. */
  detail(text: string): void;
  /** Adds to a count. */
  count(what: Counted, amount?: number): void;
  /** Something failed, and the work goes on. */
  failed(failure: Failure): void;
  /** A call waits so many milliseconds before it is repeated, for a reason. Returns what ends the wait. */
  waiting(reason: string, ms: number): () => void;
  /** A server that has too much to do is asked so many calls at a time now, of so many at most. */
  throttled(service: string, places: number, most: number): void;
  /** Ends it: what is shown is cleared. */
  stop(): void;
}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

/** A progress that shows nothing. */
export const silentProgress: Progress = {
  start(): void {},
  expectExperiments(): void {},
  advance(): void {},
  detail(): void {},
  count(): void {},
  failed(): void {},
  waiting: () => () => {},
  throttled(): void {},
  stop(): void {},
};
