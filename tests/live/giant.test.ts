/**
 * Giant experiments on real servers: listings are split while runs are added, replies of get-history-bulk are cut at 25,000
 * rows, one history is longer than any reply, and workers are killed over their pages. The truth is the server's own database.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { seedStore } from "../../bench/seed.ts";
import { parseJson } from "../../lib/json/exact.ts";
import { readLines } from "./parts/folders.ts";
import { runOurs } from "./parts/programs.ts";
import { SeedApi } from "./seed/api.ts";
import { startRealMlflow } from "./parts/servers.ts";

/** So long that fewer run ids fit into a call. */
const manyKey = `many ${"k".repeat(150)}`;
const manyRuns = 120;
const shape = { experiments: 1, runs: 2_600, metrics: 1, points: 1, params: 1, tags: 2 };

/**
 * Adds 300 points at step 0 to each of 120 runs, as programs do that log without a step: nothing foretells how many come.
 * One run gets 60,000 points besides, the last of them at a step that a double cannot hold.
 */
function seedHistories(folder: string): void {
  const database = new DatabaseSync(join(folder, "mlflow.db"));
  database.exec(`
    PRAGMA busy_timeout = 20000; PRAGMA synchronous = OFF; BEGIN IMMEDIATE;
    CREATE TEMP TABLE chosen AS SELECT run_uuid AS id FROM runs ORDER BY start_time DESC LIMIT ${manyRuns};
    CREATE TEMP TABLE n AS WITH RECURSIVE each(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM each WHERE n < 59999) SELECT n FROM each;
    INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
      SELECT '${manyKey}', n / 7.0, 1700000000000 + n, id, 0, 0 FROM chosen, n WHERE n < 300;
    INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
      SELECT 'huge', n / 3.0, 1700000000000 + n, (SELECT max(id) FROM chosen),
             CASE n WHEN 59999 THEN 9007199254740993 ELSE n END, 0 FROM n;
    INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
      SELECT key, value, timestamp, step, 0, run_uuid FROM metrics
      WHERE (key = '${manyKey}' AND timestamp = 1700000000299) OR (key = 'huge' AND timestamp = 1700000059999);
    COMMIT;
  `);
  database.close();
}

/** What the database holds of each run: "key: step ts value" of every point. */
function storedPoints(folder: string): Map<string, string[]> {
  const database = new DatabaseSync(join(folder, "mlflow.db"), { readOnly: true });
  const select = database.prepare(
    "SELECT run_uuid, key, step, timestamp, value FROM metrics ORDER BY key, timestamp, step, value",
  );
  select.setReadBigInts(true);
  const points = new Map<string, string[]>();
  for (const { run_uuid: id, key, step, timestamp, value } of select.iterate() as Iterable<Record<string, unknown>>) {
    const list = points.get(String(id)) ?? [];
    points.set(String(id), list);
    list.push(`${key}: ${step} ${timestamp} ${value}`);
  }
  database.close();
  return points;
}

interface ExportedRun {
  readonly run_id: string;
  readonly start_time: number;
  readonly metrics_history: Record<string, readonly { step: number | bigint; ts: number; value: number }[]>;
}

function exportedPoints({ metrics_history: histories }: ExportedRun): string[] {
  return Object.keys(histories).sort().flatMap((key) =>
    (histories[key] ?? []).map(({ step, ts, value }) => `${key}: ${step} ${ts} ${value}`)
  );
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test(`a giant experiment of ${version} comes whole and in order, each run once, while runs are added`, async () => {
    await using server = await startRealMlflow(version, { workers: 4 });
    seedStore(server.folder, shape);
    seedHistories(server.folder);
    const stored = storedPoints(server.folder);
    assert.equal(stored.size, shape.runs);
    const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
    try {
      let isOver = false;
      const exporting = runOurs({
        trackingUrl: server.url,
        baseDir,
        args: ["--no-import-to-kiroframe", "--log-level", "DEBUG"],
      }).finally(() => isOver = true);
      const api = new SeedApi(server.url);
      let added = 0;
      while (!isOver) {
        await api.post("runs/create", { experiment_id: "1", start_time: Date.now(), tags: [] });
        added++;
        await new Promise((go) => setTimeout(go, 50));
      }
      const { exitCode, said, folder } = await exporting;
      assert.equal(exitCode, 0, said);
      assert.ok(added > 10, `${added} runs were added`);

      const runs = (await readLines(folder, "runs.json")).map((line) => parseJson(line) as ExportedRun);
      assert.equal(new Set(runs.map((run) => run.run_id)).size, runs.length);
      assert.deepEqual(runs.map((run) => run.start_time), runs.map((run) => run.start_time).sort((a, b) => b - a));
      const old = runs.filter((run) => stored.has(run.run_id));
      assert.equal(old.length, shape.runs);
      for (const run of old) assert.deepEqual(exportedPoints(run), stored.get(run.run_id), run.run_id);

      // What the test is about did happen: pages by place, several at once, and a reply that was cut.
      const searches = said.match(/POST \S+runs\/search: 200/g) ?? [];
      assert.ok(searches.length >= 4, `${searches.length} pages`);
      const ids = old.slice(0, 91).map((run) => `run_id=${run.run_id}`).join("&");
      const path = `/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=${encodeURIComponent(manyKey)}&${ids}`;
      const { metrics } = await (await fetch(`${server.url}${path}&max_results=25000`)).json();
      assert.equal(metrics.length, 25_000);
    } finally {
      await Deno.remove(baseDir, { recursive: true });
    }
  });
}

Deno.test("an experiment comes whole although 2.22.5 kills the workers that list a whole page of it", async () => {
  // gunicorn gives a worker 30 s; here 2, and a page of 1,000 runs with 100 parameters each takes some 4.
  const args = ["--gunicorn-opts", "--timeout 2 --preload"];
  await using server = await startRealMlflow("2.22.5", { workers: 4, args });
  seedStore(server.folder, { experiments: 1, runs: 1_500, metrics: 1, points: 1, params: 100, tags: 8 });
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  try {
    const { exitCode, said, folder } = await runOurs({
      trackingUrl: server.url,
      baseDir,
      args: ["--no-import-to-kiroframe"],
    });
    assert.equal(exitCode, 0, said);
    // What a killed worker leaves is a matter of moments.
    assert.match(said, /runs\/search(?: with status 500 and a web page|: the connection broke)/);
    assert.match(said, /could not list 1000 runs in one call: asking for 500/);
    const ids = (await readLines(folder, "runs.json")).map((line) => (parseJson(line) as ExportedRun).run_id);
    assert.deepEqual(ids.sort(), [...storedPoints(server.folder).keys()].sort());
  } finally {
    await Deno.remove(baseDir, { recursive: true });
  }
});
