/** A server with thousands of experiments of one run each: they are searched together, and nothing is lost by that. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { seedStore } from "../../bench/seed.ts";
import { exportMlflow } from "../../mod.ts";
import { readLines } from "./parts/folders.ts";
import { startCountingProxy } from "./parts/proxy.ts";
import { startRealMlflow } from "./parts/servers.ts";

const EXPERIMENTS = 3_005;
const MOST_SEARCHES = 200;

Deno.test(`${EXPERIMENTS} experiments of one run each take at most ${MOST_SEARCHES} searches of MLflow 3.17.2`, async () => {
  await using server = await startRealMlflow("3.17.2");
  seedStore(server.folder, { experiments: EXPERIMENTS, runs: 1, metrics: 1, points: 1, params: 1, tags: 2 });
  await using proxy = startCountingProxy(server.url);
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  try {
    const { folderPath, failures } = await exportMlflow({ trackingUrl: proxy.url, baseDir });
    assert.deepEqual(failures, []);
    const searches = proxy.calls.filter(({ endpoint }) => endpoint.endsWith("/runs/search"));
    Deno.stdout.writeSync(new TextEncoder().encode(`${searches.length} searches of ${proxy.calls.length} calls\n`));
    assert.ok(searches.length <= MOST_SEARCHES, `${searches.length} searches`);
    const rows = (await readLines(folderPath, "runs.json")).map((line) => JSON.parse(line));
    assert.deepEqual(rows.map(({ run_id, experiment_id }) => `${experiment_id} ${run_id}`), runsOf(server.folder));
    assert.ok(rows.every(({ metrics_history }) => metrics_history["metric_1"].length === 1));
  } finally {
    await Deno.remove(baseDir, { recursive: true });
  }
});

/** What the server's own database has: experiments newest first, each with its run. */
function runsOf(folder: string): string[] {
  using database = new DatabaseSync(join(folder, "mlflow.db"), { readOnly: true });
  return database.prepare(
    "SELECT e.experiment_id || ' ' || r.run_uuid AS run FROM experiments e JOIN runs r ON r.experiment_id = e.experiment_id " +
      "ORDER BY e.creation_time DESC, e.experiment_id",
  ).all().map(({ run }) => String(run));
}
