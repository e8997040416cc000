/**
 * Every failure this program explains to its user: one base class, one leaf for each exit code.
 * Throw anywhere, exit in one place: only main.ts turns an error into an exit code.
 *
 * Messages begin with a capital, name the action that failed, then what was found; the hint says what to do.
 * @module
 */

/** What an {@linkcode AppError} may carry besides its message. */
export interface AppErrorOptions {
  /** What the user can do about it: one sentence, printed on a line of its own. */
  readonly hint?: string;
  /** The error below this one. */
  readonly cause?: unknown;
}

/** The base of all errors with an exit code. On its own: the run failed (exit 1). */
export class AppError extends Error {
  /** The name of the class. */
  override readonly name: string = "AppError";
  /** The process's exit code when this error ends it (README, "Exit codes"). */
  readonly exitCode: number = 1;
  /** What the user can do about it. */
  readonly hint: string | undefined;

  /** Creates an error from a message and what it carries. */
  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }
}

/** A parameter is missing or wrong: nothing was started or written (exit 2). */
export class UsageError extends AppError {
  /** The name of the class. */
  override readonly name = "UsageError";
  /** 2 (README, "Exit codes"). */
  override readonly exitCode = 2;
}

/** Everything that could be done is done, but some rows, histories or files failed; they are listed (exit 3). */
export class IncompleteError extends AppError {
  /** The name of the class. */
  override readonly name = "IncompleteError";
  /** 3 (README, "Exit codes"). */
  override readonly exitCode = 3;
}

/** A server refused our credentials: 401 or 403 (exit 4). */
export class RefusedError extends AppError {
  /** The name of the class. */
  override readonly name = "RefusedError";
  /** 4 (README, "Exit codes"). */
  override readonly exitCode = 4;
}

/** A server could not be reached, or stayed overloaded, after all retries: try again later (exit 5). */
export class UnreachableError extends AppError {
  /** The name of the class. */
  override readonly name = "UnreachableError";
  /** 5 (README, "Exit codes"). */
  override readonly exitCode = 5;
}

/** The user or the system asked the program to stop; what was done is kept (exit 130). */
export class InterruptedError extends AppError {
  /** The name of the class. */
  override readonly name = "InterruptedError";
  /** 130 (README, "Exit codes"). */
  override readonly exitCode = 130;
}

/** Returns the exit code for anything that was thrown: an {@linkcode AppError}'s own, else 1. */
export function exitCodeOf(error: unknown): number {
  return error instanceof AppError ? error.exitCode : 1;
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
