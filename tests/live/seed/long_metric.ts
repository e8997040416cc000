/**
 * A metric longer than any page of any server. Its last point is logged as usual, the others go straight into the server's
 * database: 1.24.0 takes ten milliseconds for each value logged, so ten minutes for all.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { epoch, type SeedMetric } from "./runs.ts";

/** How many points it has. */
export const longMetricPoints = 60_000;

/** Returns one point. */
export function longMetricPoint(index: number): SeedMetric & { readonly value: number; readonly step: number } {
  return { key: "long/loss", value: Math.sin(index) / (index + 1), timestamp: epoch + index, step: index };
}

/** Adds all points but the last to the run, which has that one already. */
export function addLongMetric(databasePath: string, runId: string): void {
  const database = new DatabaseSync(databasePath, { timeout: 20_000 });
  try {
    const insert = database.prepare(
      "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)",
    );
    database.exec("BEGIN IMMEDIATE");
    for (let index = 0; index < longMetricPoints - 1; index++) {
      const { key, value, timestamp, step } = longMetricPoint(index);
      insert.run(key, value, timestamp, step, runId);
    }
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}
