/**
 * How many calls the histories of many runs take: the reading itself, on a server that is only imagined.
 * @module
 */
import { setImmediate } from "node:timers/promises";
import { AppError } from "../../../errors.ts";
import type { HttpStream } from "../../../http/types.ts";
import { silentLogger } from "../../../logger.ts";
import type { Experiment, MetricPoint, Points, Run } from "../../../source/mod.ts";
import { BULK_ROWS, MlflowClient } from "../endpoints/client.ts";
import type { Dialect } from "../endpoints/dialect.ts";
import type { BulkReply } from "../endpoints/points.ts";
import { LongHistory } from "../history/long.ts";
import { LATER_ROWS } from "../history/pages.ts";
import { readHistories } from "../history/windows.ts";
import type { StreamedRun } from "../listing/stream.ts";
import type { HistoryLengths } from "./lengths.ts";

/** A run, as far as its histories are concerned. */
export interface RunSteps {
  readonly id: string;
  /** Each metric's latest step, and 1. */
  readonly steps: ReadonlyMap<string, number>;
}

/** What is known of the server and of its runs. */
export interface ImaginedOptions {
  readonly dialect: Dialect;
  /** How long histories are. */
  readonly lengths: HistoryLengths;
  /** Calls in flight at most. */
  readonly concurrency: number;
}

/** Returns how many calls reading the histories takes. */
export async function callsFor(runs: readonly RunSteps[], options: ImaginedOptions): Promise<number> {
  const { dialect, lengths, concurrency } = options;
  const pointsOf = (key: string, steps: number): number => lengths.points(key, steps);
  if (!dialect.hasBulk) {
    return runs.reduce((sum, { steps }) => {
      return sum + [...steps].reduce((calls, [key, step]) => calls + pages(pointsOf(key, step), dialect), 0);
    }, 0);
  }
  const byId = new Map(runs.map(({ id, steps }) => [id, steps]));
  const client = new ImaginedClient(dialect, (runId, key) => pointsOf(key, byId.get(runId)?.get(key) ?? 1));
  let calls = 0;
  const records = readHistories(streamed(runs), {
    client,
    concurrency,
    logger: silentLogger,
    controller: new AbortController(),
  });
  for await (const { run, histories } of records) {
    for (const [key, history] of histories) {
      if (!(history instanceof LongHistory)) continue;
      // What came with a bulk reply is the first page.
      calls += pages(pointsOf(key, byId.get(run.id)?.get(key) ?? 1), dialect) -
        (history.held > 0 && dialect.pagesHistory ? 1 : 0);
    }
  }
  return calls + client.asked;
}

function pages(points: number, { pagesHistory }: Dialect): number {
  return pagesHistory ? 1 + Math.ceil(Math.max(0, points - BULK_ROWS) / LATER_ROWS) : 1;
}

async function* streamed(runs: readonly RunSteps[]): AsyncGenerator<StreamedRun> {
  // Nobody looks at anything else of them.
  for (const { id, steps } of runs) yield { run: { id } as Run, experiment: {} as Experiment, steps };
}

/** Answers as MLflow would, with points of which there is nothing but their number. */
class ImaginedClient extends MlflowClient {
  /** Calls so far. */
  asked = 0;
  readonly #pointsOf: (runId: string, key: string) => number;

  constructor(dialect: Dialect, pointsOf: (runId: string, key: string) => number) {
    super(NOBODY, dialect);
    this.#pointsOf = pointsOf;
  }

  override async bulkHistory(key: string, { runIds }: { readonly runIds: readonly string[] }): Promise<BulkReply> {
    this.asked++;
    // A real one takes its time, in which further runs come.
    await setImmediate();
    const byRun = new Map<string, Points>();
    let rows = 0;
    for (const runId of runIds.toSorted()) {
      const length = Math.min(this.#pointsOf(runId, key), BULK_ROWS - rows);
      if (length === 0) break;
      byRun.set(runId, { length, [Symbol.iterator]: none });
      rows += length;
    }
    return { rows, lastRunId: [...byRun.keys()].at(-1), byRun };
  }

  /** Pages are reckoned, not read. */
  override openHistory(): Promise<HttpStream> {
    return Promise.reject(new AppError("nobody is asked"));
  }
}

function* none(): Generator<MetricPoint> {}

const NOBODY = {
  calls: 0,
  request: refuse,
  json: refuse,
  fold: refuse,
  open: refuse,
  close: () => Promise.resolve(),
};

function refuse(): Promise<never> {
  return Promise.reject(new AppError("nobody is asked"));
}
