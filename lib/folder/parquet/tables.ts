/**
 * What the Parquet files hold: their columns, and what a run gives for them.
 * @module
 */
import type { SchemaElement } from "hyparquet";
import type { RunHead } from "../read/run_lines.ts";

/** A cell: a bigint for an int64, entries for a map. */
export type Cell = string | number | bigint | null | readonly (readonly [key: string, value: string | number])[];

/** One column of a file. */
export interface Column {
  /** Its name. */
  readonly name: string;
  /** Parquet's description of it, what lies below it included. */
  readonly elements: readonly SchemaElement[];
  /**
   * Whether its numbers are floats: those are written as they are, for a dictionary takes -0 for 0, and without least and greatest,
   * for readers disagree about those of NaN. @default {false}
   */
  readonly isFloat?: boolean;
}

/** A point of a metric a row, as runs.json has them; of a metric whose history could not be read there is none. */
export const METRICS: readonly Column[] = [
  text("experiment_id"),
  text("run_id"),
  text("key"),
  // Whole numbers as they were logged: not every one is a time.
  int64("step"),
  int64("timestamp"),
  { name: "value", elements: [{ name: "value", type: "DOUBLE", repetition_type: "REQUIRED" }], isFloat: true },
];

/** A param of a run a row. */
export const PARAMS: readonly Column[] = [text("experiment_id"), text("run_id"), text("key"), text("value")];

/** A run a row; params, tags and latest values as maps, for with a column each there would be tens of thousands. */
export const RUNS: readonly Column[] = [
  text("experiment_id"),
  text("experiment_name"),
  text("run_id"),
  text("run_name", "OPTIONAL"),
  text("status"),
  text("lifecycle_stage"),
  int64("start_time", "OPTIONAL"),
  int64("end_time", "OPTIONAL"),
  { ...map("metrics", { name: "value", type: "DOUBLE", repetition_type: "REQUIRED" }), isFloat: true },
  map("params", textElement("value")),
  map("tags", textElement("value")),
];

/** The row of {@linkcode RUNS}. */
export function runCells(head: RunHead): Cell[] {
  const { tags, params, metrics_latest, start_time, end_time } = head;
  return [
    head.experiment_id,
    head.experiment_name,
    head.run_id,
    tags["mlflow.runName"] ?? null,
    head.status,
    head.lifecycle_stage,
    start_time === null ? null : BigInt(start_time),
    end_time === null ? null : BigInt(end_time),
    Object.entries(metrics_latest).map(([key, value]) => [key, Number(value)]),
    Object.entries(params),
    Object.entries(tags),
  ];
}

/** The rows of {@linkcode PARAMS}. */
export function paramCells({ experiment_id, run_id, params }: RunHead): Cell[][] {
  return Object.entries(params).map(([key, value]) => [experiment_id, run_id, key, value]);
}

type Repetition = "REQUIRED" | "OPTIONAL";

function text(name: string, repetition: Repetition = "REQUIRED"): Column {
  return { name, elements: [{ ...textElement(name), repetition_type: repetition }] };
}

function textElement(name: string): SchemaElement {
  return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" };
}

function int64(name: string, repetition: Repetition = "REQUIRED"): Column {
  return { name, elements: [{ name, type: "INT64", repetition_type: repetition }] };
}

function map(name: string, value: SchemaElement): Column {
  return {
    name,
    elements: [
      { name, converted_type: "MAP", repetition_type: "REQUIRED", num_children: 1 },
      { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
      textElement("key"),
      value,
    ],
  };
}
