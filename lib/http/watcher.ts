/**
 * Who is told of calls and of waits between them, as a progress shows them.
 * @module
 */
import type { Progress } from "../logger.ts";
import { HttpError, type HttpFailure, NoAnswerError, ProxyError } from "./failure/errors.ts";

/** Told of every attempt, and of the waits before further ones. */
export interface CallWatcher {
  /** An attempt goes out. */
  called(): void;
  /** A call waits so many milliseconds before it is repeated. Returns what ends the wait. */
  waits(failure: HttpFailure, ms: number): () => void;
}

/** Returns a watcher that tells a progress, and counts calls as the one or the other. */
export function watcherOf(
  progress: Progress | undefined,
  { calls, service }: { readonly calls: "sourceCalls" | "kiroframeCalls"; readonly service: string },
): CallWatcher | undefined {
  return progress && {
    called: () => progress.count(calls),
    waits: (failure, ms) => progress.waiting(reasonOf(failure, service), ms),
  };
}

/** Why, short enough for a line of 40 columns; the log has the whole of it. */
function reasonOf(failure: HttpFailure, service: string): string {
  if (failure instanceof HttpError) return `${service} answered ${failure.status}`;
  if (failure instanceof ProxyError) return `the proxy answered ${failure.status}`;
  if (!(failure instanceof NoAnswerError)) return `${service}'s answer was cut`;
  return failure.reason === "timeout" ? `${service} did not answer in time` : `${service} cannot be reached`;
}
