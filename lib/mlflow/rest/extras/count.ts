/**
 * How many traces a server has: nothing of them is read.
 * @module
 */
import type { Experiment } from "../../../source/mod.ts";
import { isClosed } from "../endpoints/closed.ts";
import { offsetOfToken, tokenOfOffset } from "../paging/page_order.ts";
import type { TraceListing } from "./traces.ts";

const MAX_EXPERIMENTS = 100;

/** By asking for the one trace at a place, until the last one is found: some forty calls for millions. Null where they are closed to us. */
export async function countTraces(traces: TraceListing, experiments: readonly Experiment[]): Promise<number | null> {
  try {
    let count = 0;
    for (let start = 0; start < experiments.length; start += MAX_EXPERIMENTS) {
      const found = await countOf(traces, experiments.slice(start, start + MAX_EXPERIMENTS).map(({ id }) => id));
      if (found === null) return null;
      count += found;
    }
    return count;
  } catch (error) {
    if (isClosed(error)) return null;
    throw error;
  }
}

async function countOf(traces: TraceListing, experimentIds: readonly string[]): Promise<number | null> {
  const hasMore = async (place: number): Promise<boolean> => {
    const token = tokenOfOffset(place);
    return (await traces.page({ experimentIds, maxResults: 1, token })).items.length > 0;
  };
  const first = await traces.page({ experimentIds, maxResults: 1 });
  if (first.token === undefined) return first.items.length;
  if (offsetOfToken(first.token) !== 1) return null;
  // There is one at `least`, and none at `most`.
  let least = 0;
  let most = 1;
  while (await hasMore(most)) [least, most] = [most, most * 2];
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (await hasMore(middle)) least = middle;
    else most = middle;
  }
  return most;
}
