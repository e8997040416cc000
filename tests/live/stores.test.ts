/**
 * Databases read directly: the folder that the server of the same database gives, byte for byte, and no half of a run while MLflow
 * writes as fast as it can. SQLite of the other releases is compared in reference/comparison.test.ts.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exportMlflow } from "../../mod.ts";
import { assertSameStore } from "./parts/stores.ts";
import { installedDatabases, type RealDatabase, startMariaDb, startPostgres } from "./parts/databases.ts";
import { readLines } from "./parts/folders.ts";
import { canUnpackMySql, startMySql } from "./stores/mysql.ts";
import { SeedApi } from "./seed/api.ts";
import { createExperiment } from "./seed/experiments.ts";
import { seedServer } from "./seed/mod.ts";
import { type RealMlflow, startRealMlflow } from "./parts/servers.ts";
import { liveSeed } from "./parts/worlds.ts";

const DATABASES = [
  ["PostgreSQL", startPostgres, installedDatabases.PostgreSQL],
  ["MariaDB", startMariaDb, installedDatabases.MariaDB],
  ["MySQL", startMySql, canUnpackMySql],
] as const;

for (const [name, start, isThere] of DATABASES) {
  const ignore = !isThere;
  const what = `${name} read directly gives the server's folder, and whole runs while MLflow writes`;
  Deno.test(what, { ignore }, async (t) => {
    await using database = await start();
    await using server = await startRealMlflow("3.17.2", { store: database.uri });
    await seedServer(server, liveSeed());
    // MySQL joins by hashes since 8.0.18, MariaDB along its indexes.
    const joinsAnyhow = name !== "MariaDB";
    await t.step("the same folder", () => assertSameStore(server, { joinsAnyhow }));
    await t.step("the same with deleted ones", () => assertSameStore(server, { joinsAnyhow, includeDeleted: true }));
    await t.step("whole runs", () => checkWhileWritten(server));
    await t.step("what is refused", () => checkRefusals(database));
  });
}

Deno.test("SQLite of 1.30.1 read directly gives the server's folder", async () => {
  await using server = await startRealMlflow("1.30.1");
  await seedServer(server, liveSeed());
  await assertSameStore(server);
  await assertSameStore(server, { includeDeleted: true });
});

Deno.test("SQLite read directly gives whole runs while MLflow writes", async () => {
  await using server = await startRealMlflow("3.17.2");
  await checkWhileWritten(server);
});

/** Writes runs through the server, each of two metrics that are logged together, and exports the store again and again. */
async function checkWhileWritten(server: RealMlflow): Promise<void> {
  const api = new SeedApi(server.url);
  const experiment = await createExperiment(api, "written to");
  const known: string[] = [];
  let isOver = false;
  const writers = [1, 2, 3].map(async (writer) => {
    while (!isOver) {
      const name = `${writer}`;
      const reply = await api.post("runs/create", {
        experiment_id: experiment,
        start_time: Date.now(),
        run_name: name,
        tags: [{ key: "mlflow.runName", value: name }],
      }) as { run: { info: { run_id: string } } };
      const run_id = reply.run.info.run_id;
      known.push(run_id);
      for (let step = 0; step < 5 && !isOver; step++) {
        const metrics = ["a", "b"].flatMap((key) =>
          Array.from(
            { length: 50 },
            (_, index) => ({ key, value: index, timestamp: Date.now(), step: step * 50 + index }),
          )
        );
        await api.post("runs/log-batch", { run_id, metrics });
      }
    }
  });
  const folder = await Deno.makeTempDir({ prefix: "exports-" });
  try {
    for (let round = 0; round < 4; round++) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      const before = [...known];
      const baseDir = join(folder, String(round));
      const { folderPath, failures } = await exportMlflow({
        trackingUrl: server.store,
        baseDir,
        experiments: ["written to"],
      });
      assert.deepEqual(failures, []);
      const rows = (await readLines(folderPath, "runs.json")).map((line) => JSON.parse(line));
      const ids = rows.map(({ run_id }) => run_id);
      assert.equal(new Set(ids).size, ids.length, "a run came twice");
      assert.deepEqual(before.filter((id) => !ids.includes(id)), [], "runs were lost");
      for (const { metrics_history: { a = [], b = [] }, metrics_latest } of rows) {
        assert.equal(a.length, b.length, "half of a call was read");
        assert.equal(a.length % 50, 0, "half of a call was read");
        const steps = a.map(({ step }: { readonly step: number }) => step).sort((x: number, y: number) => x - y);
        assert.deepEqual(steps, [...steps.keys()], "points are missing");
        assert.deepEqual(Object.keys(metrics_latest).sort(), a.length === 0 ? [] : ["a", "b"]);
      }
    }
  } finally {
    isOver = true;
    await Promise.all(writers);
    await Deno.remove(folder, { recursive: true });
  }
  assert.ok(known.length > 5, `only ${known.length} runs were written`);
}

/** A wrong password, a database that is not there, and one without MLflow's tables: nothing is written. */
async function checkRefusals({ uri, port }: RealDatabase): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "exports-" });
  const errorOf = (trackingUrl: string): Promise<{ readonly name: string; readonly message: string }> =>
    exportMlflow({ trackingUrl, baseDir: join(folder, "exports") }).then(() => assert.fail(), (error) => error);
  try {
    const wrong = await errorOf(uri.replace(/:[^:@]*@/, ":hunter2@"));
    assert.equal(wrong.name, "RefusedError", wrong.message);
    const elsewhere = await errorOf(uri.replace(/mlflow$/, "elsewhere"));
    assert.ok(["UsageError", "RefusedError"].includes(elsewhere.name), elsewhere.message);
    const closed = await errorOf(uri.replace(`:${port}/`, ":1/"));
    assert.equal(closed.name, "UnreachableError", closed.message);
    for (const { message } of [wrong, elsewhere, closed]) assert.doesNotMatch(message, /hunter2|p%40ss|p@ss/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
