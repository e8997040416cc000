/**
 * The Parquet files of a folder, made from its runs.json in one pass, in memory that does not grow with it.
 * @module
 */
import { join } from "node:path";
import { AppError } from "../../errors.ts";
import { parseJson } from "../../json/exact.ts";
import { LAYOUT } from "../layout.ts";
import { readRunLines, type RunHead } from "../read/run_lines.ts";
import type { HistorySink } from "../read/histories.ts";
import { TableFile } from "./table_file.ts";
import { METRICS, paramCells, PARAMS, runCells, RUNS } from "./tables.ts";

/** Rows of each Parquet file, by its name. */
export type ParquetRows = Readonly<Record<string, number>>;

/** Writes metrics.parquet, params.parquet and runs.parquet into a folder. Rejects with an AppError, or the signal's reason; none is left half then. */
export async function writeParquet(folder: string, signal?: AbortSignal): Promise<ParquetRows> {
  const files: TableFile[] = [];
  const begin = (name: string, columns: typeof RUNS): TableFile => {
    const file = new TableFile(join(folder, name), columns);
    files.push(file);
    return file;
  };
  try {
    const metrics = begin(LAYOUT.metricsParquet, METRICS);
    const params = begin(LAYOUT.paramsParquet, PARAMS);
    const runs = begin(LAYOUT.runsParquet, RUNS);
    await readRunLines(join(folder, LAYOUT.runs), {
      onRun(head): HistorySink {
        signal?.throwIfAborted();
        runs.add(runCells(head));
        for (const cells of paramCells(head)) params.add(cells);
        return pointsOf(head, metrics);
      },
      onBadLine: (number) => {
        throw new AppError(`Cannot make Parquet of ${LAYOUT.runs}: line ${number} is no run`);
      },
    });
    const rows: Record<string, number> = {};
    for (
      const [name, file] of [
        [LAYOUT.metricsParquet, metrics],
        [LAYOUT.paramsParquet, params],
        [LAYOUT.runsParquet, runs],
      ] as const
    ) {
      rows[name] = file.rows;
      file.end();
      files.splice(files.indexOf(file), 1);
    }
    return rows;
  } finally {
    for (const file of files) file.drop();
  }
}

interface Point {
  readonly step: number | bigint;
  readonly ts: number | bigint;
  readonly value: number | string;
}

function pointsOf({ experiment_id, run_id }: RunHead, metrics: TableFile): HistorySink {
  return {
    wants: () => true,
    points: (key, json) => {
      for (const { step, ts, value } of parseJson(json) as readonly Point[]) {
        metrics.add([experiment_id, run_id, key, BigInt(step), BigInt(ts), Number(value)]);
      }
    },
    failed: () => {},
  };
}
