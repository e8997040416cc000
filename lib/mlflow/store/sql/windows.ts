/**
 * Runs with their histories, a window at a time: a few statements for many runs, and never more points than a bound in memory.
 * @module
 */
import type { Experiment, History, Run, RunRecord } from "../../../source/mod.ts";
import type { Database } from "./database.ts";
import { readRuns } from "./runs.ts";
import type { Schema } from "./schema/read.ts";
import type { RunIds } from "./selection.ts";

/** Runs in memory at once. */
const WINDOW_RUNS = 200;

/** Points in memory at once, but for a single run that has more in short metrics. */
const WINDOW_POINTS = 150_000;

/** In a run with more points than that, metrics longer than this are read while they are written. */
const SHORT_METRIC = 5_000;

/** What of the runs is wanted. */
export interface WindowOptions {
  /** The database. */
  readonly database: Database;
  /** Its tables. */
  readonly schema: Schema;
  /** Whether a run is wanted. */
  readonly isWanted: (run: Run) => boolean;
}

/** Gives the runs of the ids, without histories. */
export async function* readListed(
  ids: AsyncIterable<RunIds>,
  { database, schema, isWanted }: WindowOptions,
): AsyncGenerator<readonly [Experiment, readonly Run[]]> {
  for await (const { experiment, ids: all } of ids) {
    for (let start = 0; start < all.length; start += WINDOW_RUNS) {
      const window = all.slice(start, start + WINDOW_RUNS);
      const runs = await database.atOnce(() => readRuns(database, schema, window));
      yield [experiment, runs.filter(isWanted)];
    }
  }
}

/** Gives the runs of the ids with their histories. A run's row and its points are of one moment. */
export async function* readRecords(ids: AsyncIterable<RunIds>, options: WindowOptions): AsyncGenerator<RunRecord> {
  for await (const { runs, experiments } of windowsOf(ids)) {
    for (let rest = runs; rest.length > 0;) {
      const { records, read } = await readWindow(rest, options);
      for (const [run, histories] of records) {
        yield { experiment: experiments.get(run.id) as Experiment, run, histories };
      }
      rest = rest.slice(read);
    }
  }
}

interface Window {
  readonly runs: readonly string[];
  /** By run. */
  readonly experiments: ReadonlyMap<string, Experiment>;
}

/** Windows go across experiments, so that a thousand small ones are not a thousand times as many statements. */
async function* windowsOf(ids: AsyncIterable<RunIds>): AsyncGenerator<Window> {
  let experiments = new Map<string, Experiment>();
  for await (const { experiment, ids: all } of ids) {
    for (const id of all) {
      experiments.set(id, experiment);
      if (experiments.size < WINDOW_RUNS) continue;
      yield { runs: [...experiments.keys()], experiments };
      experiments = new Map();
    }
  }
  if (experiments.size > 0) yield { runs: [...experiments.keys()], experiments };
}

interface ReadWindow {
  readonly records: readonly (readonly [Run, ReadonlyMap<string, History>])[];
  /** Of the ids given, how many were read. */
  readonly read: number;
}

async function readWindow(
  ids: readonly string[],
  { database, schema, isWanted }: WindowOptions,
): Promise<ReadWindow> {
  return await database.atOnce(async () => {
    const runs = (await readRuns(database, schema, ids)).filter(isWanted);
    const counts = await countPoints(database, runs.filter(({ metrics }) => metrics.size > 0).map(({ id }) => id));
    const fitting = fitInto(runs, counts);
    const read = fitting.length === runs.length ? ids.length : ids.indexOf(fitting.at(-1)?.id ?? "") + 1;
    const [first] = fitting;
    const long = fitting.length === 1 && first !== undefined ? longKeys(counts.get(first.id)) : [];
    const withMetrics = fitting.filter(({ id }) => counts.has(id)).map(({ id }) => id);
    const found = new Map<string, Map<string, History>>(fitting.map(({ id }) => [id, new Map()]));
    if (withMetrics.length > 0) {
      for (const { runId, key, points } of await database.metrics(withMetrics, long)) {
        found.get(runId)?.set(key, points);
      }
    }
    for (const key of long) {
      const runId = (first as Run).id;
      found.get(runId)?.set(key, await database.longMetric({ runId, key }));
    }
    const records = fitting.map((run): readonly [Run, ReadonlyMap<string, History>] => [
      run,
      new Map([...run.metrics.keys()].map((key): [string, History] => [key, found.get(run.id)?.get(key) ?? []])),
    ]);
    return { records, read };
  });
}

type PointCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

async function countPoints(database: Database, ids: readonly string[]): Promise<PointCounts> {
  const counts = new Map<string, Map<string, number>>();
  if (ids.length === 0) return counts;
  const rows = await database.rows(
    "select m.run_uuid, m.key, count(*) from metrics m where m.run_uuid in ? group by m.run_uuid, m.key",
    [ids],
  );
  for (const [id, key, count] of rows) {
    const ofRun = counts.get(String(id)) ?? new Map<string, number>();
    counts.set(String(id), ofRun.set(String(key), Number(count)));
  }
  return counts;
}

/** The first runs, as many as fit, one at least. */
function fitInto(runs: readonly Run[], counts: PointCounts): readonly Run[] {
  let points = 0;
  const end = runs.findIndex(({ id }, index) => {
    points += total(counts.get(id));
    return points > WINDOW_POINTS && index > 0;
  });
  return end === -1 ? runs : runs.slice(0, end);
}

function longKeys(counts: ReadonlyMap<string, number> | undefined): string[] {
  if (total(counts) <= WINDOW_POINTS) return [];
  return [...counts ?? []].filter(([, count]) => count > SHORT_METRIC).map(([key]) => key);
}

function total(counts: ReadonlyMap<string, number> = new Map()): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
