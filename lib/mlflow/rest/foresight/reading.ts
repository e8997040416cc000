/**
 * What reading the runs of a server will take: all are listed, as an export lists them; the histories of some are read, and for the others
 * the calls are planned as an export plans them.
 * @module
 */
import type { HttpClient } from "../../../http/types.ts";
import type { Logger } from "../../../logger.ts";
import type { EstimateQuery, History, ReadingEstimate, RunRecord } from "../../../source/mod.ts";
import { EvenSample, measure } from "../../../source/sample.ts";
import type { Dialect } from "../endpoints/dialect.ts";
import { LongHistory } from "../history/long.ts";
import { readHistories } from "../history/windows.ts";
import type { StreamedRun } from "../listing/stream.ts";
import { callsFor, type RunSteps } from "./imagined.ts";
import { HistoryLengths } from "./lengths.ts";
import { TimedClient } from "./timed.ts";

/** Histories whose points and calls are planned, at most: those of the others are taken to be as many for each. */
const PLANNED_HISTORIES = 200_000;

/** What {@linkcode estimateReading} asks with. */
export interface ReadingOptions {
  readonly http: HttpClient;
  readonly dialect: Dialect;
  readonly query: EstimateQuery;
  /** Calls in flight at most. */
  readonly concurrency: number;
  readonly logger: Logger;
}

/** Lists the runs of a stream, and measures. */
export async function estimateReading(
  runs: AsyncIterable<StreamedRun>,
  options: ReadingOptions,
): Promise<ReadingEstimate> {
  const { http, dialect, query: { needsHistories = () => true }, concurrency } = options;
  const [startMs, callsBefore] = [performance.now(), http.calls];
  const sample = new EvenSample<StreamedRun>();
  const planned: RunSteps[] = [];
  let [all, known, histories, plannedHistories] = [0, 0, 0, 0];
  for await (const streamed of runs) {
    const { run, steps } = streamed;
    all++;
    if (!needsHistories(run)) {
      known++;
      continue;
    }
    histories += steps.size;
    sample.add(streamed);
    if (plannedHistories + steps.size > PLANNED_HISTORIES) continue;
    plannedHistories += steps.size;
    planned.push({ id: run.id, steps });
  }
  const listingMs = performance.now() - startMs;
  const listingCalls = http.calls - callsBefore;

  const read = await readSample(sample.items, options);
  const { lengths } = read;
  const isCounted = read.isWhole && read.runs === all - known;
  const share = plannedHistories === 0 ? 0 : histories / plannedHistories;
  const points = isCounted ? read.points : Math.round(share * pointsOf(planned, lengths));
  const calls = Math.round(share * (share === 0 ? 0 : await callsFor(planned, { dialect, lengths, concurrency })));
  return {
    runs: all,
    known,
    histories,
    points,
    isCounted,
    calls: listingCalls + calls,
    ms: listingMs + read.msFor({ calls, points }),
    sampled: read.runs,
  };
}

interface Sampled {
  readonly runs: number;
  readonly isWhole: boolean;
  readonly points: number;
  readonly lengths: HistoryLengths;
  readonly msFor: (whole: { readonly calls: number; readonly points: number }) => number;
}

async function readSample(runs: readonly StreamedRun[], options: ReadingOptions): Promise<Sampled> {
  const { http, dialect, query, concurrency, logger } = options;
  const client = new TimedClient(http, dialect);
  const lengths = new HistoryLengths();
  const stepsOf = new Map(runs.map(({ run, steps }) => [run.id, steps]));
  const controller = new AbortController();
  // Half as many are planned at once: then none waits for its place, and is timed while it does.
  const records = readHistories(each(runs), { client, concurrency: Math.ceil(concurrency / 2), logger, controller });
  /** Points of long histories, beyond those with which bulk replies began them. */
  let paged = 0;
  async function* learning(): AsyncGenerator<RunRecord> {
    for await (const record of records) {
      lengths.learn(record, stepsOf.get(record.run.id) ?? new Map());
      const histories = [...record.histories].map(([key, history]): [string, History] => {
        if (!(history instanceof LongHistory)) return [key, history];
        paged -= history.held;
        const steps = stepsOf.get(record.run.id)?.get(key) ?? 1;
        return [key, lengths.learning(history, { key, steps, onPoints: (count) => paged += count })];
      });
      yield { ...record, histories: new Map(histories) };
    }
  }
  const { runs: count, points, startMs, waitMs, restMs, isWhole } = await measure(learning(), query);
  const ms = startMs + waitMs + restMs;
  const { answered, callShare } = client;
  const answeredPoints = client.points + paged;
  return {
    runs: count,
    isWhole,
    points,
    lengths,
    msFor: (whole) => {
      if (answered === 0) return 0;
      const byPoints = answeredPoints === 0 ? whole.calls / answered : whole.points / answeredPoints;
      return ms * (callShare * whole.calls / answered + (1 - callShare) * byPoints);
    },
  };
}

function pointsOf(runs: readonly RunSteps[], lengths: HistoryLengths): number {
  let points = 0;
  for (const { steps } of runs) for (const [key, step] of steps) points += lengths.points(key, step);
  return points;
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
