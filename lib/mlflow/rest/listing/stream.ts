/**
 * The runs of many experiments as one stream, in order. What comes next is asked for while this is read, and small
 * experiments are searched together, so that a thousand of them are neither a thousand waits nor a thousand calls.
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
  /** Whether the runs are all that is asked for, so that nothing else waits for first pages. @default {false} */
  readonly isAlone?: boolean;
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

/** Experiments that are searched together, at most: a hundred small ones take MLflow little longer than one. */
const MAX_TOGETHER = 100;

/** Runs that experiments searched together should have, by what others had. */
const RUNS_TOGETHER = 250;

/** Runs that they may have before they are searched apart. */
const MAX_RUNS_TOGETHER = 500;

/** Fewer experiments than these are searched one by one: what does not fit was asked for in vain. */
const MIN_TOGETHER = 4;

/** A listing on its way: of one experiment page by page, or of several in one call. */
type Started =
  | { readonly experiments: readonly [Experiment]; readonly listing: RunListing }
  | { readonly experiments: readonly Experiment[]; readonly found: Promise<Found | null> };

/** The runs of each experiment, by its id. */
type Found = ReadonlyMap<string, readonly ListedRun[]>;

/** Gives all runs of the experiments, grouped in the order given, newest first inside each, each run once. */
export async function* streamRuns(
  experiments: readonly Experiment[],
  options: RunStreamOptions,
): AsyncGenerator<StreamedRun> {
  const started: Started[] = [];
  const typical = new TypicalCount();
  let next = 0;
  const start = (some: readonly Experiment[]): Started => {
    const [first] = some;
    const one = some.length === 1 && first !== undefined ? startListing(first, options) : startTogether(some, options);
    learn(one, typical);
    return one;
  };
  try {
    while (next < experiments.length || started.length > 0) {
      const ahead = (): number => started.reduce((sum, one) => sum + one.experiments.length, 0);
      while (
        next < experiments.length && started.length < options.concurrency && ahead() < typical.fitInto(MAX_FIRST_RUNS)
      ) {
        const some = experiments.slice(next, next + typical.together(options.search.pageSize));
        next += some.length;
        started.push(start(some));
      }
      const first = started[0] as Started;
      if ("listing" in first) {
        yield* runsOfOne(first.experiments[0], first.listing, options);
        started.shift();
        continue;
      }
      const found = await first.found;
      if (found === null) {
        // They do not fit into one page, or one of them cannot be listed: each half finds out for itself.
        const half = Math.ceil(first.experiments.length / 2);
        started.splice(0, 1, start(first.experiments.slice(0, half)), start(first.experiments.slice(half)));
        continue;
      }
      for (const experiment of first.experiments) {
        for (const listed of found.get(experiment.id) ?? []) yield { experiment, ...listed };
      }
      started.shift();
    }
  } finally {
    await Promise.all(started.map((one) => "listing" in one ? one.listing.stop() : one.found.catch(() => {})));
  }
}

async function* runsOfOne(
  experiment: Experiment,
  listing: RunListing,
  { onFailure }: RunStreamOptions,
): AsyncGenerator<StreamedRun> {
  try {
    for await (const page of listing.pages()) {
      for (const listed of page) yield { experiment, ...listed };
    }
  } catch (error) {
    if (onFailure === undefined || endsEverything(error)) throw error;
    onFailure(experiment, error);
  }
}

function learn(one: Started, typical: TypicalCount): void {
  if ("listing" in one) return void one.listing.firstCount().then((count) => typical.add(count), () => {});
  one.found.then((found) => {
    for (const runs of found?.values() ?? []) typical.add(runs.length);
  }, () => {});
}

function startTogether(experiments: readonly Experiment[], { search }: RunStreamOptions): Started {
  const ids = experiments.map(({ id }) => id);
  const asked = search.together(ids, { atMost: MAX_RUNS_TOGETHER, priority: LISTING_PRIORITY });
  return { experiments, found: asked.then((runs) => runs === null ? null : byExperiment(ids, runs)) };
}

/** Null where a run is of none of the experiments: then the answer is to another question. */
function byExperiment(ids: readonly string[], runs: readonly ListedRun[]): Found | null {
  const found = new Map<string, ListedRun[]>(ids.map((id) => [id, []]));
  for (const listed of runs) {
    const list = found.get(listed.run.experimentId);
    if (list === undefined) return null;
    list.push(listed);
  }
  return found;
}

function startListing(experiment: Experiment, { search, concurrency, isAlone }: RunStreamOptions): Started {
  const listing = new RunListing({
    experimentId: experiment.id,
    ask: (query) => search.page(experiment.id, { ...query, priority: LISTING_PRIORITY }),
    pageSize: () => search.pageSize,
    firstPageSize: isAlone === true ? Infinity : undefined,
    pagesAhead: Math.max(1, Math.floor(MAX_PAGES_AHEAD * Math.min(1, 1_000 / search.pageSize))),
    pagesAtOnce: Math.min(concurrency, PAGES_AT_ONCE),
  });
  return { experiments: [experiment], listing };
}

/** How many runs an experiment usually has on its first page: recent ones count more. */
class TypicalCount {
  #mean: number | null = null;
  #most = MIN_TOGETHER / 2;

  add(count: number): void {
    this.#mean = this.#mean === null ? count : this.#mean * 0.8 + count * 0.2;
  }

  /** How many first pages hold no more runs than given, at least 1; 2 while nothing is known. */
  fitInto(runs: number): number {
    return this.#mean === null ? 2 : Math.max(1, Math.floor(runs / Math.max(1, this.#mean)));
  }

  /**
   * How many of the next experiments are searched together: twice as many each time, as long as they are small. One where pages are so
   * small that most of what is searched together would not fit, and be listed in vain.
   */
  together(pageSize: number): number {
    if (this.#mean === null || pageSize < RUNS_TOGETHER) return 1;
    this.#most = Math.min(MAX_TOGETHER, 2 * this.#most);
    const fitting = Math.min(this.#most, Math.floor(RUNS_TOGETHER / Math.max(1, this.#mean)));
    return fitting < MIN_TOGETHER ? 1 : fitting;
  }
}
