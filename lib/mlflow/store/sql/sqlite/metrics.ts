/**
 * The histories of many runs at once.
 * @module
 */
import { OrderedPoints } from "../../../points/stored.ts";
import type { RunMetric } from "../access/database.ts";
import { grouped } from "../access/grouped.ts";
import { withMarks } from "../access/statement.ts";
import type { Lists, SqliteThread } from "./thread.ts";

/** Which histories are read. */
export interface MetricsQuery {
  /** Of these runs. */
  readonly runs: readonly string[];
  /** But for these keys. */
  readonly except: readonly string[];
  /** Whether this SQLite writes floats as JSON without loss. */
  readonly isExact: boolean;
}

/** What stands for is_nan in tables that have none yet is the caller's matter: see {@linkcode pointColumns}. */
export interface PointColumns {
  /** SQL of the step. */
  readonly step: string;
  /** SQL of whether the value is NaN. */
  readonly isNan: string;
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
  { step, isNan }: PointColumns,
  { runs, except, isExact }: MetricsQuery,
): Promise<RunMetric[]> {
  const where = `m.run_uuid in ?${except.length === 0 ? "" : " and m.key not in ?"}`;
  const values = except.length === 0 ? [runs] : [runs, except];
  const value = `case when ${isNan} then null else m.value end`;
  if (isExact) {
    const columns = [step, "m.timestamp", value].map((column) => `json_group_array(${column})`).join(", ");
    const statement = `select m.run_uuid, m.key, ${columns} from metrics m where ${where} group by m.run_uuid, m.key`;
    const lists = await thread.lists(...withMarks(statement, values));
    if (lists !== null) return cut(lists);
  }
  const statement = `select m.run_uuid, m.key, ${step}, m.timestamp, ${value} from metrics m where ${where} ` +
    "order by m.run_uuid, m.key";
  return grouped(await thread.rows(...withMarks(statement, values)));
}

function cut({ heads, steps, timestamps, values, nans }: Lists): RunMetric[] {
  let start = 0;
  return heads.map(([runId, key, length]) => {
    const [from, to] = [start, start + length];
    start = to;
    const ofList = nans.length === 0 ? [] : nans.filter((place) => place >= from && place < to);
    const points = new OrderedPoints({
      steps: steps.subarray(from, to),
      timestamps: timestamps.subarray(from, to),
      values: values.subarray(from, to),
      nans: new Set(ofList.map((place) => place - from)),
    });
    return { runId, key, points };
  });
}
