/**
 * How long to insist: on calls that can be made smaller, or done without, less than the HTTP client does by itself.
 * @module
 */
import { BadReplyError, HttpError, NoAnswerError, RedirectError } from "../../../http/failure/errors.ts";
import type { HttpRequest } from "../../../http/types.ts";

/** What all calls take: see {@linkcode HttpRequest}. */
export type CallOptions = Pick<HttpRequest, "signal" | "priority" | "retries">;

/**
 * Whether a failure is MLflow's own word, a status 500 with its JSON: it tried, and will meet the same again (a damaged file of one run in a
 * file store, which it reads for every call about the experiment).
 */
export function isOwnWord(error: unknown): boolean {
  return error instanceof HttpError && error.status === 500 && error.errorCode !== null;
}

/** Whether a failure may pass if less is asked for: a worker or gateway that gave up, or no answer in time. */
export function isTooMuch(error: unknown): boolean {
  if (error instanceof NoAnswerError) return error.reason === "timeout";
  return error instanceof HttpError && [500, 502, 504].includes(error.status) && !isOwnWord(error);
}

/**
 * Whether less may be worth a try: besides {@linkcode isTooMuch} a reply that is too long, and a connection or a reply that
 * broke off, as it does under a worker that was killed before it could say so.
 */
export function mayBeTooMuch(error: unknown): boolean {
  return isTooMuch(error) || isBroken(error);
}

// What follows says how often a call is tried again after a failure; undefined: as often as the HTTP client's policy says.

/** For every call: no more than three times in all for what is {@linkcode isOwnWord}. */
export function mostRetriesAfter(failure: unknown): number {
  return isOwnWord(failure) ? 2 : Infinity;
}

/**
 * For a call that need not succeed as it is: where the answer may say "too much" it is tried again once only, and after
 * what else passes (nobody there, 429, 503) as often as the policy says.
 */
export function retriesBeforeLess(failure: unknown): number | undefined {
  return mayBeTooMuch(failure) ? 1 : undefined;
}

/** Whether the connection was dropped over a request, by the server or, as a gateway before it tells with 502, behind that. */
export function isDropped(error: unknown): boolean {
  if (error instanceof NoAnswerError) return error.reason === "connection";
  return error instanceof HttpError && error.status === 502;
}

/**
 * For a page that cannot be made smaller: a 500 may be the last word about its experiment (a crash over an empty file of a store), so it is
 * tried again twice before somebody asks whether the server is well.
 */
export function retriesOfSmallest(failure: unknown): number | undefined {
  return failure instanceof HttpError && failure.status === 500 ? 2 : undefined;
}

/**
 * For a call about files: a 500 there is often the last word (a store that the server cannot open, on 2.x a missing file), and so is a
 * dropped connection (a name that the server cannot send), so they are tried again three times only.
 */
export function retriesForFiles(failure: unknown): number | undefined {
  const isOwn = failure instanceof HttpError && failure.exitCode !== 5;
  return isOwn || isDropped(failure) || failure instanceof BadReplyError ? 3 : retriesOfOptional(failure);
}

/** For an endpoint that the export can do without: whoever leads elsewhere, a gateway to its login, will do so again. */
export function retriesOfOptional(failure: unknown): number | undefined {
  return failure instanceof RedirectError ? 0 : undefined;
}

/** For what is only counted: a 500 there is mostly a store that has no such things (a file store behind MLflow 3), and nobody waits for it. */
export function retriesOfCount(failure: unknown): number | undefined {
  return failure instanceof HttpError && failure.status === 500 ? 1 : retriesOfOptional(failure);
}

/**
 * For the first contact: nobody waits through all the retries of a night's export for a mistyped address, or a gateway with no
 * server behind it. Only a server that says itself that it is busy (429, or 503 with a Retry-After) is waited for as long as
 * the policy says.
 */
export function retriesOfFirst(failure: unknown): number | undefined {
  if (failure instanceof NoAnswerError && ["refused", "dns"].includes(failure.reason)) return 1;
  if (failure instanceof RedirectError) return 1;
  if (!(failure instanceof HttpError)) return 2;
  const saysBusy = failure.status === 429 || failure.status === 503 && failure.reply.headers?.has("retry-after");
  return saysBusy ? undefined : 2;
}

function isBroken(error: unknown): boolean {
  if (error instanceof BadReplyError) return error.reason === "cut" || error.reason === "long";
  return error instanceof NoAnswerError && error.reason === "connection";
}
