/**
 * Fills a real server's store: rows go straight into its SQLite file, for over REST millions of points take hours.
 * @module
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What a store is filled with. */
export interface Shape {
  /** Experiments, besides "Default". */
  readonly experiments: number;
  /** Runs of each experiment. */
  readonly runs: number;
  /** Metrics of each run. */
  readonly metrics: number;
  /** Points of each metric: steps from 0 on, values of 16 or 17 digits as losses have them. */
  readonly points: number;
  /** Params of each run. */
  readonly params: number;
  /** Tags of each run, mlflow.runName included. */
  readonly tags: number;
}

const firstStartMs = 1_700_000_000_000;

/** Adds the shape's rows to the store of a server (the folder that holds mlflow.db), in one transaction. */
export function seedStore(folder: string, shape: Shape): void {
  const database = new DatabaseSync(join(folder, "mlflow.db"));
  try {
    database.exec(`
      PRAGMA busy_timeout = 20000; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY;
      BEGIN IMMEDIATE;
      ${numbers("e", shape.experiments)} ${numbers("r", shape.runs)} ${numbers("k", shape.metrics)}
      ${numbers("s", shape.points)} ${numbers("p", shape.params)} ${numbers("t", shape.tags - 1)}
      INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
        SELECT n, 'experiment ' || n, 'mlflow-artifacts:/' || n, 'active', ${firstStartMs} + n, ${firstStartMs} + n FROM e;
      CREATE TEMP TABLE fresh AS
        SELECT lower(hex(randomblob(16))) AS id, e.n AS experiment, r.n AS number,
               ${firstStartMs} + (e.n * ${shape.runs} + r.n) * 60000 AS start FROM e, r;
      INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
                        source_version, lifecycle_stage, artifact_uri, experiment_id)
        SELECT id, 'run ' || number, 'UNKNOWN', '', '', 'bench', 'FINISHED', start, start + 50000, '', 'active',
               'mlflow-artifacts:/' || experiment || '/' || id || '/artifacts', experiment FROM fresh;
      INSERT INTO params (key, value, run_uuid)
        SELECT 'param_' || p.n, abs(random() % 1000000) / 1000.0, id FROM fresh, p;
      INSERT INTO tags (key, value, run_uuid) SELECT 'tag_' || t.n, 'value ' || abs(random() % 100), id FROM fresh, t
        UNION ALL SELECT 'mlflow.runName', 'run ' || number, id FROM fresh;
      INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
        SELECT 'metric_' || k.n, abs(random() % 1000000000000000) / 1e15 / (1 + s.n / 16.0), start + s.n * 10, id, s.n, 0
        FROM k CROSS JOIN fresh CROSS JOIN s;
      INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
        SELECT key, value, timestamp, step, is_nan, run_uuid FROM metrics
        WHERE step = ${shape.points - 1} AND run_uuid IN (SELECT id FROM fresh);
      COMMIT;
    `);
  } finally {
    database.close();
  }
}

/** A table of the numbers from 1 to count (steps: from 0), for the length of the connection. */
function numbers(name: string, count: number): string {
  const start = name === "s" ? 0 : 1;
  return `CREATE TEMP TABLE ${name} AS
    WITH RECURSIVE each(n) AS (SELECT ${start} WHERE ${count} > 0 UNION ALL SELECT n + 1 FROM each WHERE n < ${
    count - 1 + start
  }) SELECT n FROM each;`;
}
