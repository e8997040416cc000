/**
 * What an import did, counted row by row.
 * @module
 */
import type { ImportType } from "./rows/payload.ts";
import type { PreparedRow } from "./prepare.ts";

/** What became of a number of rows; together, they are the rows of the file. */
export interface RowCounts {
  /** Acknowledged by Kiroframe in this import. */
  sent: number;
  /** Acknowledged earlier and unchanged since: not sent again. */
  skipped: number;
  /** Refused, or not answered after all retries. */
  failed: number;
}

/** One row that failed. */
export interface FailedRow {
  /** 1: experiment, 2: run, 3: models. */
  readonly importType: ImportType;
  /** experiment_id, run_id or "models". */
  readonly rowId: string;
  /** The server's last status; null where no answer came or the row was never sent. */
  readonly httpStatus: number | null;
  /** The server's words, or our own where there are none. */
  readonly words: string;
}

/** What {@linkcode importToKiroframe} did. */
export interface ImportResult {
  /** Rows of experiment_summary.json. */
  readonly experiments: Readonly<RowCounts>;
  /** Rows of runs.json. */
  readonly runs: Readonly<RowCounts>;
  /** models.json: one row, or none where there is no such file. */
  readonly models: Readonly<RowCounts>;
  /** The runs again, by experiment_id; "" for lines that are no rows. */
  readonly runsByExperiment: ReadonlyMap<string, Readonly<RowCounts>>;
  /** NaN and infinities left out (or replaced) in what Kiroframe has acknowledged, now or earlier. */
  readonly nonFiniteValues: number;
  /** Points left out to thin histories, counted likewise. */
  readonly thinnedPoints: number;
  /** The first 20 failures; the ledger has all. */
  readonly firstFailures: readonly FailedRow[];
}

/** How many failures a result carries. */
export const SHOWN_FAILURES = 20;

/** Counts rows as they are done. */
export class ImportTally {
  readonly #byType: Readonly<Record<ImportType, RowCounts>> = { 1: noRows(), 2: noRows(), 3: noRows() };
  readonly #runsByExperiment = new Map<string, RowCounts>();
  readonly #failures: FailedRow[] = [];
  #nonFiniteValues = 0;
  #thinnedPoints = 0;

  /** How many rows failed. */
  get failed(): number {
    return this.#byType[1].failed + this.#byType[2].failed + this.#byType[3].failed;
  }

  /** How many rows Kiroframe acknowledged in this import. */
  get sent(): number {
    return this.#byType[1].sent + this.#byType[2].sent + this.#byType[3].sent;
  }

  /** Counts a row that Kiroframe has, from this import (sent) or an earlier one (skipped). */
  addHeld(row: PreparedRow, kind: "sent" | "skipped"): void {
    this.#add(row, kind);
    this.#nonFiniteValues += row.counts.nonFinite;
    this.#thinnedPoints += row.counts.thinned;
  }

  /** Counts a row that failed. */
  addFailed(row: PreparedRow, failure: Pick<FailedRow, "httpStatus" | "words">): void {
    this.#add(row, "failed");
    const { importType, rowId } = row;
    if (this.#failures.length < SHOWN_FAILURES) this.#failures.push({ importType, rowId, ...failure });
  }

  /** What was counted so far. */
  result(): ImportResult {
    return {
      experiments: this.#byType[1],
      runs: this.#byType[2],
      models: this.#byType[3],
      runsByExperiment: this.#runsByExperiment,
      nonFiniteValues: this.#nonFiniteValues,
      thinnedPoints: this.#thinnedPoints,
      firstFailures: this.#failures,
    };
  }

  #add(row: PreparedRow, kind: keyof RowCounts): void {
    this.#byType[row.importType][kind]++;
    if (row.importType !== 2) return;
    const experimentId = row.experimentId ?? "";
    const counts = this.#runsByExperiment.get(experimentId) ?? noRows();
    counts[kind]++;
    this.#runsByExperiment.set(experimentId, counts);
  }
}

function noRows(): RowCounts {
  return { sent: 0, skipped: 0, failed: 0 };
}
