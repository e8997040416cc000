/**
 * What runs take on the disk, from those that were read: their rows are made as an export makes them, and thrown away.
 * @module
 */
import { Buffer } from "node:buffer";
import { csvLine } from "../../folder/runs_csv.ts";
import { basicCells, flatCells } from "../../rows/csv.ts";
import { datasetLines } from "../../rows/datasets.ts";
import { runLine } from "../../rows/run.ts";
import type { RunRecord } from "../../source/mod.ts";

/** Bytes of a run in the folder's state, beside what its cells of runs.csv take. */
const STATE_BYTES = 300;

/**
 * What our own work takes on a machine that does nothing else, in milliseconds (two cores, Deno 2.9): to start, to make rows, to write
 * them down, to make runs.csv and hashes of them, and the report.
 */
const START_MS = 250;
const MAKING = { run: 0.05, point: 0.000_25 };
const WRITING = { run: 0.05, byte: 10e-6 };
const FINISHING = { all: 200, run: 0.03, byte: 5e-6 };
const REPORTING = { all: 100, run: 0.03, byte: 6e-6 };

/** Fewer rows are no measure of a machine: the first ones are made by code that is not warm yet. */
const LEAST_MEASURED = 40;
const MOST_SLOWNESS = 10;

/** Measures the rows of runs. */
export class RowSizes {
  readonly #includeSchemaProfile: boolean;
  #runs = 0;
  #points = 0;
  #histories = 0;
  #line = 0;
  #others = 0;
  /** Of each run, how many times as long its rows took as they should. */
  readonly #slowness: number[] = [];

  constructor({ includeSchemaProfile }: { readonly includeSchemaProfile: boolean }) {
    this.#includeSchemaProfile = includeSchemaProfile;
  }

  /** Makes a run's rows; resolves with how many points it had. */
  async take(record: RunRecord): Promise<number> {
    const includeSchemaProfile = this.#includeSchemaProfile;
    const startMs = performance.now();
    const counts = { points: 0, nonFinite: 0, historyErrors: 0 };
    let isInHistories = false;
    const onHistories = (): void => void (isInHistories = !isInHistories);
    for await (const piece of runLine(record, { includeSchemaProfile, counts, onHistories })) {
      const bytes = typeof piece === "string" ? Buffer.byteLength(piece) : piece.length;
      if (isInHistories) this.#histories += bytes;
      else this.#line += bytes;
    }
    const cells = csvLine(flatCells(record).map(([, cell]) => cell));
    const others = [...datasetLines(record, includeSchemaProfile), csvLine(basicCells(record)), cells];
    for (const line of others) this.#others += Buffer.byteLength(line) + 1;
    this.#runs++;
    this.#points += counts.points;
    // A history that is read page by page is waited for.
    if (![...record.histories.values()].some((history) => Symbol.asyncIterator in history)) {
      this.#slowness.push((performance.now() - startMs) / (MAKING.run + MAKING.point * counts.points));
    }
    return counts.points;
  }

  /** About how many bytes so many runs with so many points take: their rows that are sent, and all that is written. */
  bytesOf({ runs, points }: { readonly runs: number; readonly points: number }): { sent: number; written: number } {
    if (this.#runs === 0) return { sent: 0, written: 0 };
    const histories = this.#points === 0 ? 0 : this.#histories * points / this.#points;
    const lines = this.#line * runs / this.#runs;
    const others = this.#others * runs / this.#runs;
    const sent = Math.round(histories + lines);
    return { sent, written: sent + Math.round(others) + STATE_BYTES * runs };
  }

  /** How long our own work takes for so much, in milliseconds, beside the making of rows: while runs are read, and after that. */
  msFor(
    { runs, bytes, reports, startMs = START_MS }: {
      readonly runs: number;
      readonly bytes: number;
      readonly reports: boolean;
      readonly startMs?: number;
    },
  ): { writing: number; finishing: number } {
    const slowness = this.#slownessOf(startMs);
    const msOf = (cost: { readonly all?: number; readonly run: number; readonly byte: number }): number =>
      slowness * ((cost.all ?? 0) + cost.run * runs + cost.byte * bytes);
    return { writing: msOf(WRITING), finishing: startMs + msOf(FINISHING) + (reports ? msOf(REPORTING) : 0) };
  }

  /** How many times as long our own work takes as on an idle machine: by the rows of the middle run, for some had to wait for other work. */
  #slownessOf(startMs: number): number {
    const { length } = this.#slowness;
    const middle = this.#slowness.toSorted((a, b) => a - b)[length >> 1];
    const slowness = length < LEAST_MEASURED || middle === undefined ? startMs / START_MS : middle;
    return Math.min(MOST_SLOWNESS, Math.max(1, slowness));
  }
}
