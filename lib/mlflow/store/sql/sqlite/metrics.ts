/**
 * The histories of many runs at once.
 * @module
 */
import { orderedPoints } from "../../../points/stored.ts";
import { COUNT_POINTS, type MetricsFound, type MetricsQuery, type RunMetric } from "../access/database.ts";
import { grouped } from "../access/grouped.ts";
import { withMarks } from "../access/statement.ts";
import type { Lists, SqliteThread } from "./thread.ts";

/** What stands for the columns of points that older tables do not have. */
export interface PointColumns {
  /** SQL of the step. */
  readonly step: string;
  /** SQL of whether the value is NaN. */
  readonly isNan: string;
}

/** How histories are read. */
export interface MetricsWay extends PointColumns {
  /** Whether this SQLite writes floats as JSON without loss. */
  readonly isExact: boolean;
}

/** Values whose last digits earlier versions of SQLite lose when they write JSON. */
const HARD_FLOATS = [0.1 + 0.2, 1 / 3, -8.774761535577217e-301, 5.944110127170707e242, 5e-324, 1.7976931348623157e308];

/** Whether this SQLite writes floats as JSON without loss: that of Deno 2.9 does, that of Node 22 does not. */
export async function writesFloatsExactly(thread: SqliteThread): Promise<boolean> {
  const [row] = await thread.rows(`select json_array(${HARD_FLOATS.map(() => "?").join(", ")})`, HARD_FLOATS);
  const read = JSON.parse(String(row?.[0])) as number[];
  return HARD_FLOATS.every((value, index) => value === read[index]);
}

/**
 * Reads histories. Where that loses nothing, SQLite makes three lists of each: a tenth of the values to hand over.
 */
export async function readMetrics(
  thread: SqliteThread,
  query: MetricsQuery,
  way: MetricsWay,
): Promise<readonly RunMetric[]> {
  const lists = way.isExact ? (await thread.lists(...listsStatement(query, way))).lists : null;
  return lists === null ? await readRows(thread, query, way) : cut(lists);
}

/** The same where these are no more points than `most`: the thread counts them before, so that one question is enough. */
export async function readMetricsUpTo(
  thread: SqliteThread,
  { most, runs }: { readonly most: number; readonly runs: readonly string[] },
  way: MetricsWay,
): Promise<MetricsFound> {
  if (!way.isExact) {
    const [row] = await thread.rows(...withMarks(COUNT_POINTS, [runs]));
    const points = Number(row?.[0]);
    return { points, metrics: points > most ? null : await readRows(thread, { runs }, way) };
  }
  const [count] = withMarks(COUNT_POINTS, [runs]);
  const { points, lists } = await thread.lists(...listsStatement({ runs }, way), { count, most });
  if (points > most) return { points, metrics: null };
  return { points, metrics: lists === null ? await readRows(thread, { runs }, way) : cut(lists) };
}

function listsStatement(query: MetricsQuery, { step, isNan }: PointColumns): ReturnType<typeof withMarks> {
  const columns = [step, "m.timestamp", valueOf(isNan)].map((column) => `json_group_array(${column})`).join(", ");
  return metricsStatement(`m.run_uuid, m.key, ${columns}`, query, "group by m.run_uuid, m.key");
}

async function readRows(
  thread: SqliteThread,
  query: MetricsQuery,
  { step, isNan }: PointColumns,
): Promise<readonly RunMetric[]> {
  const columns = `m.run_uuid, m.key, ${step}, m.timestamp, ${valueOf(isNan)}`;
  return grouped(await thread.rows(...metricsStatement(columns, query, "order by m.run_uuid, m.key")));
}

function metricsStatement(
  columns: string,
  { runs, except = [] }: MetricsQuery,
  end: string,
): ReturnType<typeof withMarks> {
  const [others, values] = except.length === 0 ? ["", [runs]] : [" and m.key not in ?", [runs, except]];
  return withMarks(`select ${columns} from metrics m where m.run_uuid in ?${others} ${end}`, values);
}

function valueOf(isNan: string): string {
  return `case when ${isNan} then null else m.value end`;
}

function cut({ heads, steps, timestamps, values, nans }: Lists): RunMetric[] {
  let start = 0;
  return heads.map(([runId, key, length]) => {
    const [from, to] = [start, start + length];
    start = to;
    const ofList = nans.length === 0 ? [] : nans.filter((place) => place >= from && place < to);
    const points = orderedPoints({
      steps: steps.subarray(from, to),
      timestamps: timestamps.subarray(from, to),
      values: values.subarray(from, to),
      nans: new Set(ofList.map((place) => place - from)),
    });
    return { runId, key, points };
  });
}
