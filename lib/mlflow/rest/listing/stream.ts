/**
 * The runs of many experiments as one stream, in order. The first pages of the experiments that come next are asked for
 * while this one is read, so that a thousand small experiments are not a thousand waits.
 * @module
 */
import { endsEverything } from "../../../errors.ts";
import type { Experiment } from "../../../source/mod.ts";
import type { ListedRun } from "../endpoints/wire.ts";
import { RunListing } from "./runs.ts";
import type { RunSearch } from "./search.ts";

/** A run and the experiment it belongs to. */
export interface StreamedRun extends ListedRun {
  /** The run's experiment. */
  readonly experiment: Experiment;
}

/** How the stream is read. */
export interface RunStreamOptions {
  /** Asks for pages. */
  readonly search: RunSearch;
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Told of an experiment that cannot be listed, in its place; without it the stream rejects. */
  readonly onFailure?: (experiment: Experiment, error: unknown) => void;
}

/** Runs on first pages of experiments whose turn has not come, at most: about 20 MB where runs are large. */
const MAX_FIRST_RUNS = 2_000;

/** Pages of one experiment on their way at once: a default server has four workers, and more slow each other down. */
const PAGES_AT_ONCE = 4;

/**
 * Pages of one experiment ahead, those that came before their turn too: more than are on their way, so that one that takes
 * long does not leave workers idle. But no more runs than this many pages of a thousand have: about 50 MB.
 */
const MAX_PAGES_AHEAD = 5;

/** Listings go before histories: what they find is what histories are asked for, and few of them run ahead. */
const LISTING_PRIORITY = 1;

/** Gives all runs of the experiments, grouped in the order given, newest first inside each, each run once. */
export async function* streamRuns(
  experiments: readonly Experiment[],
  options: RunStreamOptions,
): AsyncGenerator<StreamedRun> {
  const started: { readonly experiment: Experiment; readonly listing: RunListing }[] = [];
  const typical = new TypicalCount();
  let next = 0;
  try {
    while (next < experiments.length || started.length > 0) {
      while (started.length < Math.min(options.concurrency, typical.fitInto(MAX_FIRST_RUNS))) {
        const experiment = experiments[next++];
        if (experiment === undefined) break;
        const listing = startListing(experiment, options);
        started.push({ experiment, listing });
        listing.firstCount().then((count) => typical.add(count), () => {});
      }
      const { experiment, listing } = started[0] as (typeof started)[number];
      try {
        for await (const page of listing.pages()) {
          for (const listed of page) yield { experiment, ...listed };
        }
      } catch (error) {
        if (options.onFailure === undefined || endsEverything(error)) throw error;
        options.onFailure(experiment, error);
      }
      started.shift();
    }
  } finally {
    await Promise.all(started.map(({ listing }) => listing.stop()));
  }
}

function startListing(experiment: Experiment, { search, concurrency }: RunStreamOptions): RunListing {
  return new RunListing({
    experimentId: experiment.id,
    ask: (query) => search.page(experiment.id, { ...query, priority: LISTING_PRIORITY }),
    pageSize: () => search.pageSize,
    pagesAhead: Math.max(1, Math.floor(MAX_PAGES_AHEAD * Math.min(1, 1_000 / search.pageSize))),
    pagesAtOnce: Math.min(concurrency, PAGES_AT_ONCE),
  });
}

/** How many runs a first page usually has: recent ones count more. */
class TypicalCount {
  #mean: number | null = null;

  add(count: number): void {
    this.#mean = this.#mean === null ? count : this.#mean * 0.8 + count * 0.2;
  }

  /** How many first pages hold no more runs than given, at least 1; 2 while nothing is known. */
  fitInto(runs: number): number {
    return this.#mean === null ? 2 : Math.max(1, Math.floor(runs / Math.max(1, this.#mean)));
  }
}
