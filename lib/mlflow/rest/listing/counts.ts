/**
 * About how many runs each experiment has, without reading them: what --shard balances by.
 * @module
 */
import pMap from "p-map";
import { endsEverything } from "../../../errors.ts";
import type { Experiment } from "../../../source/mod.ts";
import type { MlflowClient } from "../endpoints/client.ts";
import { verdictOn } from "../endpoints/verdict.ts";
import { offsetOfToken, tokenOfOffset } from "../paging/page_order.ts";

/** How {@linkcode countRuns} asks. */
export interface RunCountOptions {
  /** MLflow's filter; "" for all. */
  readonly filter: string;
  /** Deleted runs too. */
  readonly includeDeleted: boolean;
  /** Experiments asked about side by side. */
  readonly concurrency: number;
}

/**
 * Gives for each experiment id the power of two at or below its count of runs (0 for none), by asking for the one run at offsets 1, 2,
 * 4, … until there is none. Powers, because many machines must come to the same answer while runs are being added. A server whose page
 * tokens are not offsets answers 1 for every experiment that has runs. One that cannot be listed counts as 0, for every machine alike.
 */
export async function countRuns(
  client: MlflowClient,
  options: RunCountOptions & { readonly experiments: readonly Experiment[] },
): Promise<Map<string, number>> {
  const { experiments, concurrency, filter, includeDeleted } = options;
  const ask = (experimentId: string, token?: string): ReturnType<MlflowClient["runs"]> =>
    client.runs({ experimentIds: [experimentId], filter, includeDeleted, maxResults: 1, token });
  const counts = await pMap(experiments, async ({ id }): Promise<[string, number]> => {
    const first = await ask(id).catch(async (error) => {
      const reason = await verdictOn(error, client);
      if (endsEverything(reason)) throw reason;
    });
    if (first === undefined) return [id, 0];
    if (first.items.length === 0) return [id, 0];
    if (first.token === undefined || offsetOfToken(first.token) !== 1) return [id, 1];
    let count = 1;
    while ((await ask(id, tokenOfOffset(count * 2 - 1))).items.length > 0) count *= 2;
    return [id, count];
  }, { concurrency });
  return new Map(counts);
}
