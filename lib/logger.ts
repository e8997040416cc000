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

/** A piece of long work whose state is shown at least every ten seconds. */
export interface Progress {
  /** Starts (or renames) what is counted; total is unknown until given. */
  start(label: string, total?: number): void;
  /** Adds to what is done. */
  advance(count?: number): void;
  /** Says where in the work we are: an experiment's name, a file. Untrusted text: shown without control characters. */
  detail(text: string): void;
  /** Ends it: the line is cleared. */
  stop(): void;
}

/** A logger that says nothing. */
export const silentLogger: Logger = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };

/** A progress that shows nothing. */
export const silentProgress: Progress = { start(): void {}, advance(): void {}, detail(): void {}, stop(): void {} };
