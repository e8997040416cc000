/**
 * MLflow 3.17.2 as companies start it: on PostgreSQL and MariaDB, and below a path. Its client is the judge.
 */
import assert from "node:assert/strict";
import { assertSameAsClient, clientView, seedByClient } from "../live/parts/client.ts";
import { installedDatabases, startMariaDb, startPostgres } from "../live/parts/databases.ts";
import { runOurs } from "../live/parts/programs.ts";
import { checkBesidesRuns, WEBHOOKS } from "../live/mlflow3/besides_runs.ts";
import { type RealMlflowOptions, startRealMlflow } from "../live/parts/servers.ts";
import { venvPython } from "../live/parts/venvs.ts";

/** Two pages of them in the larger experiment. */
const RUNS = 12;

for (const [name, start] of [["PostgreSQL", startPostgres], ["MariaDB", startMariaDb]] as const) {
  Deno.test({
    name: `an export of 3.17.2 on ${name} has what its client sees`,
    ignore: !installedDatabases[name],
    fn: async () => {
      await using database = await start();
      await checkServer({ store: database.uri });
    },
  });

  Deno.test({
    name: `what 3.17.2 on ${name} has besides runs is the same from its server and from its tables`,
    ignore: !installedDatabases[name],
    fn: async (t) => {
      await using database = await start();
      await using server = await startRealMlflow("3.17.2", { store: database.uri, workers: 1, env: WEBHOOKS });
      await checkBesidesRuns(server, t);
    },
  });
}

Deno.test("an export of 3.17.2 with --static-prefix has what its client sees", async () => {
  await checkServer({ staticPrefix: "/ml/flow" });
});

async function checkServer(options: RealMlflowOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startRealMlflow("3.17.2", options));
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const client = { python: await venvPython("mlflow-3.17.2"), trackingUrl: server.url };
  await seedByClient({ ...client, runs: RUNS });
  const ours = await runOurs({
    trackingUrl: server.url,
    baseDir,
    args: ["--download-artifacts", "--no-import-to-kiroframe", "--run-page-size", "7"],
  });
  assert.equal(ours.exitCode, 0, ours.said);
  const compared = await assertSameAsClient(ours.folder, await clientView({ ...client, withFiles: true }));
  assert.deepEqual(compared, { experiments: 2, runs: RUNS, points: RUNS * 21 + 1_180 + 3, files: 3 });
}
