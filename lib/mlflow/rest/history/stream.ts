/**
 * One history from servers that send all of it in one reply (MLflow 1.x, 2.x, 3.0), read as it comes.
 * @module
 */
import type { Points } from "../../../source/mod.ts";
import { BULK_ROWS, type MlflowClient } from "../endpoints/client.ts";
import { historyPages, type HistoryQuery } from "./pages.ts";
import { readReply } from "./reply.ts";

/** Gives the rows of a history in pages of some hundreds. A reply that breaks off is asked for again from its beginning. */
export async function* streamHistory(
  client: MlflowClient,
  query: HistoryQuery,
): AsyncGenerator<Points> {
  let count = 0;
  const pieces = readReply(() => client.openHistory(query.key, { ...query, token: undefined, maxResults: BULK_ROWS }));
  let piece = await pieces.next();
  try {
    for (; piece.done !== true; piece = await pieces.next()) {
      count += piece.value.length;
      yield piece.value;
    }
  } finally {
    await pieces.return(undefined);
  }
  // A server that does not tell its version may page after all.
  if (piece.value !== undefined) yield* historyPages(client, query, { token: piece.value, count });
}
