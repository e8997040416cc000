/**
 * Runs with their histories, a window at a time: a few statements for many runs, and never more points than a bound in memory.
 * @module
 */
import type { Experiment, History, Run, RunRecord } from "../../../../source/mod.ts";
import type { FilterableRun } from "../../filter/match.ts";
import type { Database, Tables } from "../access/database.ts";
import { readRuns } from "./runs.ts";
import type { Schema } from "./schema.ts";
import type { RunIds } from "./selection.ts";

/** Runs of the first window, of which it is not known how many points they have. */
const FIRST_WINDOW_RUNS = 20;

/** In a run with more points than that, metrics longer than this are read while they are written. */
const SHORT_METRIC = 5_000;

/** What of the runs is wanted. */
export interface WindowOptions {
  readonly database: Database;
  /** Its tables. */
  readonly schema: Schema;
  /** Whether a run is wanted. */
  readonly isWanted: (run: FilterableRun) => boolean;
  /** False for a run whose histories are known already. @default every run's are read */
  readonly needsHistories?: (run: Run) => boolean;
}

/** Gives the runs of the ids, without histories. */
export async function* readListed(
  ids: AsyncIterable<RunIds>,
  { database, schema, isWanted }: WindowOptions,
): AsyncGenerator<readonly [Experiment, readonly Run[]]> {
  for await (const { experiment, ids: all } of ids) {
    for (let start = 0; start < all.length; start += database.window.runs) {
      const window = all.slice(start, start + database.window.runs);
      const runs = await database.atOnce((tables) => readRuns(tables, schema, window));
      yield [experiment, runs.filter(isWanted)];
    }
  }
}

/** Gives the runs of the ids with their histories. A run's row and its points are of one moment. */
export async function* readRecords(ids: AsyncIterable<RunIds>, options: WindowOptions): AsyncGenerator<RunRecord> {
  for await (const records of readWindows(ids, options)) yield* records;
}

interface WindowInWork {
  readonly runs: readonly QueuedRun[];
  readonly result: Promise<ReadWindow>;
}

/** While a window is worked on, those behind it are read: as many as the database reads beside each other. */
async function* readWindows(ids: AsyncIterable<RunIds>, options: WindowOptions): AsyncGenerator<readonly RunRecord[]> {
  const queue = new RunQueue(ids);
  const inWork: WindowInWork[] = [];
  async function begin(count: number, size: number): Promise<void> {
    while (inWork.length < count) {
      const runs = await queue.take(size);
      if (runs.length === 0) return;
      const result = readWindow(runs.map(({ id }) => id), options);
      // Who asks for it hears of its failure.
      result.catch(() => {});
      inWork.push({ runs, result });
    }
  }
  /** Resolves when nothing is asked of the database any more. */
  const settle = (): Promise<unknown> => Promise.allSettled(inWork.map(({ result }) => result));
  try {
    await begin(1, FIRST_WINDOW_RUNS);
    for (let window = inWork.shift(); window !== undefined; window = inWork.shift()) {
      const { records, read, points } = await window.result;
      if (read < window.runs.length) {
        // Those that were left come before those that are read already.
        await settle();
        queue.putBack([...window.runs.slice(read), ...inWork.splice(0).flatMap(({ runs }) => runs)]);
      }
      // As many as had fitted this time.
      const { window: most, readers } = options.database;
      const size = Math.max(1, Math.min(most.runs, Math.floor(most.points * read / Math.max(1, points))));
      await begin(readers, size);
      const experiments = new Map(window.runs.map(({ id, experiment }) => [id, experiment]));
      yield records.map(([run, histories]) => {
        return { experiment: experiments.get(run.id) as Experiment, run, histories };
      });
    }
  } finally {
    await settle();
  }
}

interface QueuedRun {
  readonly experiment: Experiment;
  readonly id: string;
}

/** Runs across experiments: a thousand small ones are not to be a thousand times as many statements. */
class RunQueue {
  readonly #ids: AsyncIterator<RunIds>;
  #waiting: QueuedRun[] = [];

  constructor(ids: AsyncIterable<RunIds>) {
    this.#ids = ids[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<readonly QueuedRun[]> {
    while (this.#waiting.length < count) {
      const { done, value } = await this.#ids.next();
      if (done) break;
      const { experiment, ids } = value as RunIds;
      this.#waiting.push(...ids.map((id) => ({ experiment, id })));
    }
    return this.#waiting.splice(0, count);
  }

  putBack(runs: readonly QueuedRun[]): void {
    this.#waiting.unshift(...runs);
  }
}

interface ReadWindow {
  readonly records: readonly (readonly [Run, ReadonlyMap<string, History>])[];
  /** Of the ids given, how many were read. */
  readonly read: number;
  /** Points of those that were. */
  readonly points: number;
}

async function readWindow(
  ids: readonly string[],
  { database, schema, isWanted, needsHistories = () => true }: WindowOptions,
): Promise<ReadWindow> {
  return await database.atOnce(async (tables) => {
    const runs = (await readRuns(tables, schema, ids)).filter(isWanted);
    const needing = new Set(runs.filter(needsHistories).map(({ id }) => id));
    const logging = (some: readonly Run[]): string[] =>
      some.filter(({ id, metrics }) => metrics.size > 0 && needing.has(id)).map(({ id }) => id);
    const recordsOf = (some: readonly Run[], metrics: readonly FoundMetric[]): ReadWindow["records"] =>
      withHistories(some, { metrics, needing });
    const most = database.window.points;
    const all = await tables.metricsUpTo(2 * most, logging(runs));
    if (all.metrics !== null) return { records: recordsOf(runs, all.metrics), read: ids.length, points: all.points };
    // Run by run, and key by key, only where they are too many: it takes three times as long.
    const counts = await countPoints(tables, logging(runs));
    const fitting = fitInto(most, runs, counts);
    const read = fitting.length === runs.length ? ids.length : ids.indexOf(fitting.at(-1)?.id ?? "") + 1;
    const points = fitting.reduce((sum, { id }) => sum + total(counts.get(id)), 0);
    const [first] = fitting;
    const long = fitting.length === 1 && first !== undefined ? longKeys(most, counts.get(first.id)) : [];
    const short = await tables.metrics({ runs: logging(fitting), except: long });
    const paged = await Promise.all(long.map(async (key) => {
      const runId = (first as Run).id;
      return { runId, key, points: await database.longMetric({ runId, key }) };
    }));
    return { records: recordsOf(fitting, [...short, ...paged]), read, points };
  });
}

interface FoundMetric {
  readonly runId: string;
  readonly key: string;
  readonly points: History;
}

function withHistories(
  runs: readonly Run[],
  { metrics, needing }: { readonly metrics: readonly FoundMetric[]; readonly needing: ReadonlySet<string> },
): ReadWindow["records"] {
  const found = new Map<string, Map<string, History>>(runs.map(({ id }) => [id, new Map()]));
  for (const { runId, key, points } of metrics) found.get(runId)?.set(key, points);
  return runs.map((run) => [
    run,
    new Map(
      (needing.has(run.id) ? [...run.metrics.keys()] : [])
        .map((key): [string, History] => [key, found.get(run.id)?.get(key) ?? []]),
    ),
  ]);
}

type PointCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

async function countPoints(tables: Tables, ids: readonly string[]): Promise<PointCounts> {
  const counts = new Map<string, Map<string, number>>();
  const rows = await tables.rows(
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
function fitInto(most: number, runs: readonly Run[], counts: PointCounts): readonly Run[] {
  let points = 0;
  const end = runs.findIndex(({ id }, index) => {
    points += total(counts.get(id));
    return points > most && index > 0;
  });
  return end === -1 ? runs : runs.slice(0, end);
}

function longKeys(most: number, counts: ReadonlyMap<string, number> | undefined): string[] {
  if (total(counts) <= most) return [];
  return [...counts ?? []].filter(([, count]) => count > SHORT_METRIC).map(([key]) => key);
}

function total(counts: ReadonlyMap<string, number> = new Map()): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
