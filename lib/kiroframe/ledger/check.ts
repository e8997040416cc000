/**
 * Whether an import is complete, from the ledger alone.
 * @module
 */
import type { DatabaseSync } from "node:sqlite";

/** Rows that the folder's files have. */
export interface ExpectedRows {
  /** Rows of experiment_summary.json. */
  readonly experiments: number;
  /** Rows of runs.json. */
  readonly runs: number;
}

/**
 * Gives one sentence for each Kiroframe that lacks rows of the folder; none for a folder that was never imported. The database may be
 * open for reading only.
 */
export function ledgerProblems(database: DatabaseSync, expected: ExpectedRows): string[] {
  const hasLedger = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'kiroframe_targets'").get();
  if (hasLedger === undefined) return [];
  const targets = database.prepare(`
    SELECT kiroframe_url,
      sum(import_type = 1 AND status = 'acknowledged') AS experiments,
      sum(import_type = 2 AND status = 'acknowledged') AS runs,
      sum(status = 'failed') AS failed
    FROM kiroframe_targets JOIN kiroframe_rows ON kiroframe_rows.target = kiroframe_targets.id GROUP BY kiroframe_targets.id
  `).all();
  return targets.flatMap((target) => {
    const { experiments, runs, failed } = {
      experiments: Number(target["experiments"]),
      runs: Number(target["runs"]),
      failed: Number(target["failed"]),
    };
    if (experiments >= expected.experiments && runs >= expected.runs && failed === 0) return [];
    return [
      `import to ${target["kiroframe_url"]}: it has ${experiments} of ${expected.experiments} experiments and ` +
      `${runs} of ${expected.runs} runs; ${failed} rows were refused`,
    ];
  });
}
