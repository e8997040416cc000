/**
 * How many a server has of what MLflow 3 has besides: nothing but ids is read, and of traces not even these.
 * @module
 */
import pMap from "p-map";
import { HttpError } from "../../../http/failure/errors.ts";
import type { CountedExtra, Experiment } from "../../../source/mod.ts";
import { isClosed } from "../endpoints/closed.ts";
import { isMissing } from "../endpoints/dialect.ts";
import { retriesOfCount as retries } from "../endpoints/retries.ts";
import type { Page } from "../endpoints/wire.ts";
import { allPages } from "../paging/all_pages.ts";
import { offsetOfToken, tokenOfOffset } from "../paging/page_order.ts";
import type { ExtrasClient } from "./client.ts";
import type { TraceListing } from "./traces.ts";

/** Scorers are told an experiment a call: in more experiments than these nobody counts them, since every export would pay for it. */
const MAX_SCORER_EXPERIMENTS = 100;
const MAX_EXPERIMENTS = 100;
/** Things a page, where the endpoint has pages: the most that all of them take. */
const PAGE_SIZE = 50;

/** Whether a server says that the kind of store it has keeps no such things: a file store's says so of evaluation datasets. */
function isOfNoSuchStore(error: unknown): boolean {
  return error instanceof HttpError && error.errorCode === "FEATURE_DISABLED";
}

/** Counts on one server. */
export class ExtrasCounter {
  readonly #client: ExtrasClient;
  readonly #traces: TraceListing;
  readonly #concurrency: number;

  /** @param concurrency Calls side by side. */
  constructor(client: ExtrasClient, traces: TraceListing, concurrency: number) {
    this.#client = client;
    this.#traces = traces;
    this.#concurrency = concurrency;
  }

  /** Null where the endpoint is closed to us; 0 where a server of this version has none. */
  async count(kind: CountedExtra, experiments: readonly Experiment[]): Promise<number | null> {
    try {
      return await this.#countOf(kind, experiments);
    } catch (error) {
      // Each of them came with a release of its own after 3.0.
      if (isMissing(error) || isOfNoSuchStore(error)) return 0;
      if (isClosed(error)) return null;
      throw error;
    }
  }

  async #countOf(kind: CountedExtra, experiments: readonly Experiment[]): Promise<number | null> {
    switch (kind) {
      case "traces":
        return await this.#countTraces(experiments);
      case "scorers": {
        // MLflow refuses to tell those of a deleted experiment, so that no source counts them.
        const active = experiments.filter(({ lifecycleStage }) => lifecycleStage === "active");
        if (active.length > MAX_SCORER_EXPERIMENTS) return null;
        const counts = await this.#each(
          active,
          async ({ id }) => (await this.#client.scorers(id, { retries })).items.length,
        );
        return counts.reduce((sum, count) => sum + count, 0);
      }
      case "evaluation_datasets":
        return await this.#countListed(kind, (query) => this.#client.evaluationDatasets({ ...query, retries }));
      case "webhooks":
        return await this.#countListed(kind, (query) => this.#client.webhooks({ ...query, retries }));
    }
  }

  async #countListed(
    what: string,
    ask: (query: { readonly maxResults: number; readonly token?: string }) => Promise<Page<string>>,
  ): Promise<number> {
    let count = 0;
    const pages = allPages((token) => ask({ maxResults: PAGE_SIZE, token }), { what, idOf: (id) => id });
    for await (const _ of pages) count++;
    return count;
  }

  /** By asking for the one trace at a place, until the last one is found: some forty calls for millions. */
  async #countTraces(experiments: readonly Experiment[]): Promise<number | null> {
    let count = 0;
    for (let start = 0; start < experiments.length; start += MAX_EXPERIMENTS) {
      const experimentIds = experiments.slice(start, start + MAX_EXPERIMENTS).map(({ id }) => id);
      const found = await this.#countTracesOf(experimentIds);
      if (found === null) return null;
      count += found;
    }
    return count;
  }

  async #countTracesOf(experimentIds: readonly string[]): Promise<number | null> {
    const hasMore = async (place: number): Promise<boolean> => {
      const token = tokenOfOffset(place);
      return (await this.#traces.page({ experimentIds, maxResults: 1, token })).items.length > 0;
    };
    const first = await this.#traces.page({ experimentIds, maxResults: 1 });
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

  #each<T>(experiments: readonly Experiment[], work: (experiment: Experiment) => Promise<T>): Promise<T[]> {
    return pMap(experiments, work, { concurrency: this.#concurrency });
  }
}
