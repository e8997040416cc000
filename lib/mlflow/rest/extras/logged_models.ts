/**
 * The logged models of a server, page by page.
 * @module
 */
import type { Experiment, LoggedModel } from "../../../source/mod.ts";
import { byCreation, inOrder } from "../../../source/in_order.ts";
import { pagesByTime } from "../paging/by_time.ts";
import type { ExtrasClient } from "./client.ts";

/** Models a page: one may have thousands of metric values. */
const PAGE_SIZE = 200;
/** Experiments a call. */
const MAX_EXPERIMENTS = 1_000;

/** Gives the logged models of the experiments, newest first over all of them. */
export function readLoggedModels(
  client: ExtrasClient,
  experiments: readonly Experiment[],
): AsyncGenerator<LoggedModel> {
  const listings: AsyncIterable<LoggedModel>[] = [];
  for (let start = 0; start < experiments.length; start += MAX_EXPERIMENTS) {
    const experimentIds = experiments.slice(start, start + MAX_EXPERIMENTS).map(({ id }) => id);
    listings.push(pagesByTime((place) => client.loggedModels({ experimentIds, maxResults: PAGE_SIZE, ...place }), {
      what: "logged models",
      idOf: ({ id }) => id,
      timeOf: ({ created }) => created,
    }));
  }
  return inOrder(listings, byCreation);
}
