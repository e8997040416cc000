/**
 * Endpoints that MLflow has for its own pages, and that a gateway before it may keep to itself: what the export can do without.
 * @module
 */
import { HttpError, RedirectError, RefusedReplyError } from "../../../http/failure/errors.ts";
import { isMissing } from "./dialect.ts";

/**
 * Whether a failure says that an endpoint is not there for us, where the API itself may well be: it is missing, refused (401, 403), led
 * elsewhere, or a page stands in its place. It never says that the server is gone or overloaded.
 */
export function isClosed(error: unknown): boolean {
  return isMissing(error) || error instanceof RefusedReplyError || error instanceof RedirectError;
}

/** Returns what a call brings, undefined if the server does not have it or does not give it to this account. */
export async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HttpError || isClosed(error)) return undefined;
    throw error;
  }
}
