/**
 * What reading the runs of a database will take: runs and points counted by the database, time by some runs that are read.
 * @module
 */
import type { EstimateQuery, Experiment, ReadingEstimate, Run } from "../../../../source/mod.ts";
import { EvenSample, measure, msFor } from "../../../../source/sample.ts";
import type { Database } from "../access/database.ts";
import type { Schema } from "./schema.ts";
import type { RunIds } from "./selection.ts";
import { readListed, readRecords, type WindowOptions } from "./windows.ts";

/** Runs whose points are counted in one statement. */
const WINDOW_RUNS = 1_000;

/** After so many milliseconds of counting, the other runs are taken to be like those that were counted. */
const COUNTING_MS = 5_000;

/** How {@linkcode estimateReading} reads. */
export interface EstimateOptions extends WindowOptions {
  readonly query: EstimateQuery;
  /** Whether only a run itself tells if it is wanted, and not its id. */
  readonly mustRead: boolean;
}

interface Counts {
  runs: number;
  histories: number;
  points: number;
}

/** Counts and measures. */
export async function estimateReading(ids: AsyncIterable<RunIds>, options: EstimateOptions): Promise<ReadingEstimate> {
  const { database, schema, query } = options;
  const startMs = performance.now();
  const sample = new EvenSample<RunIds>();
  const counted: Counts = { runs: 0, histories: 0, points: 0 };
  let [runs, known] = [0, 0];
  for await (const { experiment, window, isKnown } of windows(ids, options)) {
    runs += window.length;
    known += window.filter(isKnown).length;
    const toRead = window.filter((id) => !isKnown(id));
    for (const id of toRead) sample.add({ experiment, ids: [id] });
    if (performance.now() - startMs > COUNTING_MS) continue;
    counted.runs += toRead.length;
    await count(toRead, counted, { database, schema });
  }
  const measured = await measure(readRecords(all(sample.items), options), query);
  const toRead = runs - known;
  const share = counted.runs === 0 ? 0 : toRead / counted.runs;
  const points = Math.round(counted.points * share);
  return {
    runs,
    known,
    histories: Math.round(counted.histories * share),
    points,
    isCounted: counted.runs === toRead,
    calls: 0,
    ms: msFor({ runs: toRead, points }, measured),
    sampled: measured.runs,
  };
}

interface Window {
  readonly experiment: Experiment;
  readonly window: readonly string[];
  /** Whether a run's histories will not be read. */
  readonly isKnown: (id: string) => boolean;
}

async function* windows(ids: AsyncIterable<RunIds>, options: EstimateOptions): AsyncGenerator<Window> {
  const { needsHistories } = options.query;
  if (options.mustRead || needsHistories !== undefined) {
    for await (const [experiment, runs] of readListed(ids, options)) {
      const known = new Set(needsHistories && runs.filter((run: Run) => !needsHistories(run)).map(({ id }) => id));
      yield { experiment, window: runs.map(({ id }) => id), isKnown: (id) => known.has(id) };
    }
    return;
  }
  for await (const { experiment, ids: all } of ids) {
    for (let start = 0; start < all.length; start += WINDOW_RUNS) {
      yield { experiment, window: all.slice(start, start + WINDOW_RUNS), isKnown: () => false };
    }
  }
}

async function* all<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

async function count(
  ids: readonly string[],
  counts: Counts,
  { database, schema }: { readonly database: Database; readonly schema: Schema },
): Promise<void> {
  if (ids.length === 0) return;
  const ask = async (select: string): Promise<number> => Number((await database.rows(select, [ids]))[0]?.[0]);
  // Before 1.3 there is no table of latest values.
  counts.histories += await ask(
    schema.has("latest_metrics")
      ? "select count(*) from latest_metrics m where m.run_uuid in ?"
      : "select count(*) from (select distinct m.run_uuid, m.key from metrics m where m.run_uuid in ?) d",
  );
  counts.points += await ask("select count(*) from metrics m where m.run_uuid in ?");
}
