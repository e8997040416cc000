/** Runs of one experiment in memory, listed as MLflow does, while runs come and go. */
import { compareRuns, offsetOfToken, tokenOfOffset } from "../../../../lib/mlflow/rest/paging/page_order.ts";
import type { RunPage, RunPageAsk } from "../../../../lib/mlflow/rest/listing/search.ts";
import type { ListedRun } from "../../../../lib/mlflow/rest/endpoints/wire.ts";
import type { Run } from "../../../../lib/source/mod.ts";

/** A run of which only place and name matter. */
export function listedRun(id: string, startTime: number): ListedRun {
  const run: Run = {
    id,
    experimentId: "1",
    status: "FINISHED",
    lifecycleStage: "active",
    startTime,
    endTime: null,
    artifactUri: "",
    tags: new Map(),
    params: new Map(),
    metrics: new Map(),
    datasets: [],
    modelIds: [],
  };
  return { run, steps: new Map() };
}

/** As many runs as asked for, ten at each start time. */
export function listedRuns(count: number): ListedRun[] {
  return Array.from(
    { length: count },
    (_, index) => listedRun(`run${`${index}`.padStart(6, "0")}`, Math.floor(index / 10)),
  );
}

/** How the fake server lists. */
export interface FakeListingOptions {
  /** Runs a page. */
  readonly size: number;
  /** A last page that is exactly full has a token, as in 2.x. @default {false} */
  readonly isBlind?: boolean;
  /** Tokens that are no places. @default {false} */
  readonly isOpaque?: boolean;
  /** Called before each page is made, with the count of calls so far. */
  readonly before?: (call: number, listing: FakeListing) => void;
  /** How long each call takes, in turns of the event loop's microtasks. @default {10 each} */
  readonly turns?: (call: number) => number;
  /** Changes a page on its way out. */
  readonly spoil?: (page: RunPage, query: { readonly call: number; readonly token: string | undefined }) => RunPage;
}

/** The fake server. */
export class FakeListing {
  /** In MLflow's order. */
  readonly runs: ListedRun[];
  /** The places that were asked for. */
  readonly offsets: number[] = [];
  /** Most calls at once. */
  peak = 0;
  /** Runs a page: a test may make it smaller on the way. */
  size: number;
  readonly #options: FakeListingOptions;
  #active = 0;

  constructor(runs: readonly ListedRun[], options: FakeListingOptions) {
    this.runs = [...runs];
    this.#sort();
    this.#options = options;
    this.size = options.size;
  }

  add(run: ListedRun): void {
    this.runs.push(run);
    this.#sort();
  }

  readonly ask = async ({ token, atMost = Infinity }: RunPageAsk): Promise<RunPage> => {
    const { isBlind = false, isOpaque = false, before, spoil, turns } = this.#options;
    const offset = token === undefined ? 0 : isOpaque ? Number(token.slice(1)) : offsetOfToken(token) ?? NaN;
    const call = this.offsets.push(offset);
    this.peak = Math.max(this.peak, ++this.#active);
    const count = turns?.(call) ?? 10;
    for (let turn = 0; turn < count; turn++) await Promise.resolve();
    before?.(call, this);
    const size = Math.min(this.size, atMost);
    this.#active--;
    const items = this.runs.slice(offset, offset + size);
    const hasMore = isBlind ? items.length === size : offset + size < this.runs.length;
    const next = isOpaque ? `x${offset + size}` : tokenOfOffset(offset + size);
    const page = { items, token: hasMore ? next : undefined, size };
    return spoil?.(page, { call, token }) ?? page;
  };

  #sort(): void {
    this.runs.sort((a, b) => compareRuns(a.run, b.run));
  }
}
