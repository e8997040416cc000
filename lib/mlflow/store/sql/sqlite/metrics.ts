/**
 * Rows of SQLite, and the histories of many runs at once.
 * @module
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { parseJson } from "../../../../json/exact.ts";
import type { Int64 } from "../../../../source/mod.ts";
import { inServerOrder, type StoredPoints } from "../../../points/stored.ts";
import type { Row, RunMetric } from "../database.ts";
import { type Scalar, withMarks } from "../statement.ts";

/** Which histories are read. */
export interface GroupsQuery {
  /** Of these runs. */
  readonly runs: readonly string[];
  /** But for these keys. */
  readonly except: readonly string[];
  /** Whether this SQLite writes floats as JSON without loss. */
  readonly isExact: boolean;
}

/** In Deno and in Node from 22.16 on, but not in Deno's types. */
type ArrayStatement = StatementSync & { setReturnArrays(enabled: boolean): void };

/** All rows of a statement: integers are numbers, or bigints beyond 2^53. */
export function readRows(database: DatabaseSync, statement: string, values: readonly Scalar[] = []): Row[] {
  const prepared = database.prepare(statement) as ArrayStatement;
  prepared.setReturnArrays(true);
  const given = values as SQLInputValue[];
  try {
    return prepared.all(...given) as unknown as Row[];
  } catch (error) {
    // One of its integers is larger than a number holds: then all are read as bigints, which takes longer.
    if ((error as NodeJS.ErrnoException).code !== "ERR_OUT_OF_RANGE") throw error;
  }
  prepared.setReadBigInts(true);
  const rows = prepared.all(...given) as unknown as unknown[][];
  return rows.map((row) => row.map((cell) => typeof cell === "bigint" ? narrow(cell) : cell));
}

function narrow(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Values whose last digits earlier versions of SQLite lost when they wrote JSON. */
const HARD_FLOATS = [0.1 + 0.2, 1 / 3, -8.774761535577217e-301, 5.944110127170707e242, 5e-324, 1.7976931348623157e308];

/** Whether this SQLite writes floats as JSON without loss: since 3.51 or so. */
export function readsFloatsExactly(database: DatabaseSync): boolean {
  const [row] = readRows(database, `select json_array(${HARD_FLOATS.map(() => "?").join(", ")})`, HARD_FLOATS);
  const read = JSON.parse(String(row?.[0])) as number[];
  return HARD_FLOATS.every((value, index) => value === read[index]);
}

/**
 * Reads histories. Where that loses nothing, SQLite makes three lists of each: a tenth of the values to hand over, and twice as fast.
 */
export function readGroups(database: DatabaseSync, { runs, except, isExact }: GroupsQuery): RunMetric[] {
  const where = `m.run_uuid in ?${except.length === 0 ? "" : " and m.key not in ?"}`;
  const values = except.length === 0 ? [runs] : [runs, except];
  const value = "case when m.is_nan then null else m.value end";
  if (!isExact) {
    const columns = `m.run_uuid, m.key, m.step, m.timestamp, ${value}`;
    const statement = `select ${columns} from metrics m where ${where} order by m.run_uuid, m.key`;
    return grouped(readRows(database, ...withMarks(statement, values)));
  }
  const lists = ["m.step", "m.timestamp", value].map((column) => `json_group_array(${column})`).join(", ");
  const statement = `select m.run_uuid, m.key, ${lists} from metrics m where ${where} group by m.run_uuid, m.key`;
  return readRows(database, ...withMarks(statement, values)).map(([runId, key, steps, timestamps, floats]) => ({
    runId: String(runId),
    key: String(key),
    points: inServerOrder({
      steps: parseJson(String(steps)) as Int64[],
      timestamps: parseJson(String(timestamps)) as Int64[],
      values: JSON.parse(String(floats)) as (number | null)[],
    }),
  }));
}

/** Puts rows of (run, key, step, timestamp, value), which come by run and key, together. */
export function grouped(rows: readonly Row[]): RunMetric[] {
  const metrics: RunMetric[] = [];
  let [runId, key]: unknown[] = [];
  let points: StoredPoints = { steps: [], timestamps: [], values: [] };
  const end = (): void => {
    if (points.values.length > 0) {
      metrics.push({ runId: String(runId), key: String(key), points: inServerOrder(points) });
    }
  };
  for (const row of rows) {
    if (row[0] !== runId || row[1] !== key) {
      end();
      [runId, key] = row;
      points = { steps: [], timestamps: [], values: [] };
    }
    points.steps.push(row[2] as Int64);
    points.timestamps.push(row[3] as Int64);
    points.values.push(row[4] as number | null);
  }
  end();
  return metrics;
}
