/**
 * What a job is given of the program that runs it: the command line, the demo or a caller of the library.
 * @module
 */
import type { Told } from "./told.ts";
import type { Logger, Progress } from "../logger.ts";

/** The command that goes on: another one, or the same as now with more flags. */
export type NextCommand = { readonly words: readonly string[] } | { readonly sameWith: readonly string[] };

/** Where a job tells what it does. */
export interface JobContext {
  /** Told what happens. */
  readonly logger: Logger;
  /** Shown how far it is. */
  readonly progress: Progress;
  /** Ends the job when it is aborted; what was done is kept. */
  readonly signal?: AbortSignal;
  /** Told which texts must never be shown or stored, before the first of them could be. */
  hide(secrets: readonly string[]): void;
  /** Returns a text without them. */
  redact(text: string): string;
  /** Told where export.log is, once there is a folder to have one. */
  openLog(path: string): void;
  /** Told what the command's end says, each thing as soon as it is known: what was told of it before is forgotten. */
  tell(facts: Told): void;
  /** Told how to go on should the job end here, in words and as a command; undefined when there is nothing more to go on with. */
  advise(text: string | undefined, next?: NextCommand): void;
}
