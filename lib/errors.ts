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
  /** True where whatever is asked for next would meet the same: {@linkcode endsEverything} decides by it. */
  readonly isForAll: boolean = false;
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
  /** The same parameters are everybody's. */
  override readonly isForAll = true;
}

/** Everything that could be done is done, but some rows, histories or files failed; they are listed (exit 3). */
export class IncompleteError extends AppError {
  /** The name of the class. */
  override readonly name = "IncompleteError";
  /** 3 (README, "Exit codes"). */
  override readonly exitCode = 3;
}

/** A server refused our credentials: 401, or 403 where it knows the account but does not let it see this one thing (exit 4). */
export class RefusedError extends AppError {
  /** The name of the class. */
  override readonly name: string = "RefusedError";
  /** 4 (README, "Exit codes"). */
  override readonly exitCode = 4;
  /** 401 or 403; undefined where no status told. */
  readonly status: number | undefined;
  /** A login that is not taken is not taken anywhere; a 403 is about one thing. */
  override readonly isForAll: boolean;

  /** Creates an error from a message and what it carries. */
  constructor(message: string, options: AppErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.status = options.status;
    this.isForAll = options.status !== 403;
  }
}

/** A server could not be reached, or stayed overloaded, after all retries: try again later (exit 5). */
export class UnreachableError extends AppError {
  /** The name of the class. */
  override readonly name = "UnreachableError";
  /** 5 (README, "Exit codes"). */
  override readonly exitCode = 5;
  /** Nobody is there for the others either. */
  override readonly isForAll = true;
}

/** The user or the system asked the program to stop; what was done is kept (exit 130). */
export class InterruptedError extends AppError {
  /** The name of the class. */
  override readonly name = "InterruptedError";
  /** 130 (README, "Exit codes"). */
  override readonly exitCode = 130;
  /** The wish to stop is one for all. */
  override readonly isForAll = true;
}

/**
 * The one rule for what ends a whole export, where the failure of one run, history, artifact or experiment is recorded and the others go
 * on: a server that is gone or stays overloaded, a login that is not taken (401), an encrypted connection or a redirect that cannot be
 * (each {@linkcode AppError} says so itself), an interruption, a full disk, and a fault of our own. By type and status, never by words.
 */
export function endsEverything(error: unknown): boolean {
  if (isDiskFull(error)) return true;
  if (error instanceof AppError) return error.isForAll;
  // What the system says of one file has a code. Anything else is an abort, or nothing that was thought of.
  return codeOf(error) === undefined;
}

/** Whether a failure, or what lies below it, is a disk without room, or a quota that is used up. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return DISK_FULL_CODES.has(codeOf(error)) || isDiskFull(error.cause);
}

const DISK_FULL_CODES: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT"]);

/** The code of a failure of Node's: "ENOENT". A DOMException has a number. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Returns the exit code for anything that was thrown: an {@linkcode AppError}'s own, else 1. */
export function exitCodeOf(error: unknown): number {
  return error instanceof AppError ? error.exitCode : 1;
}

/** Returns the HTTP status that an {@linkcode AppError} tells of; null where none does. */
export function statusOf(error: unknown): number | null {
  const status: unknown = error instanceof AppError && "status" in error ? error.status : undefined;
  return typeof status === "number" ? status : null;
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
