/**
 * Whose failure it is: that of the one thing that was asked for, or the server's.
 * @module
 */
import { endsEverything, messageOf, UnreachableError } from "../../../errors.ts";
import { HttpError, RefusedReplyError } from "../../../http/failure/errors.ts";
import type { MlflowClient } from "./client.ts";

/**
 * Returns the failure to go on with, for one that would else be recorded as a history's, an experiment's or a file's own: itself where the
 * server is well, which its simplest call shows; else one that ends everything, so that nothing is written down as lost which is not.
 */
export async function verdictOn(error: unknown, client: MlflowClient): Promise<unknown> {
  if (endsEverything(error) || isAnswer(error)) return error;
  try {
    await client.experiments({ includeDeleted: false, maxResults: 1, retries: 0 });
    return error;
  } catch (cause) {
    if (endsEverything(cause)) return cause;
    if (isAnswer(cause)) return error;
    return new UnreachableError(`MLflow fails at its simplest call as well: ${messageOf(cause)}`, {
      cause,
      hint: "Look into the server's own log, then go on with --resume",
    });
  }
}

/** A 4xx is an answer about the thing that was asked for, by a server that is well. */
function isAnswer(error: unknown): boolean {
  return error instanceof RefusedReplyError || error instanceof HttpError && error.status < 500;
}
