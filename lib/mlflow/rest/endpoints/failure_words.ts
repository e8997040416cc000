/**
 * What a failure says that stands in a row, a list or the log.
 * @module
 */
import { messageOf } from "../../../errors.ts";
import { HttpError, RefusedReplyError } from "../../../http/failure/errors.ts";

/** As MLflow's own Python client words it, where the server gave a reason. */
export function failureWords(error: unknown): string {
  if (error instanceof HttpError || error instanceof RefusedReplyError) {
    const { errorCode, serverMessage } = error;
    if (errorCode !== null && serverMessage !== null) return `${errorCode}: ${serverMessage}`;
  }
  return messageOf(error);
}
