import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { AppError, UnreachableError, UsageError } from "../../../../lib/errors.ts";
import type { MetricPoint, Source } from "../../../../lib/source/mod.ts";
import { World } from "../../../../sandbox/world/mod.ts";
import { addressOf, readWhole, sourceFor } from "../../rest/sandbox_source.ts";
import { createTables, writeWorld } from "./world_database.ts";

async function withFolder(check: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await check(join(folder, "mlflow.db"), folder);
  } finally {
    await Deno.chmod(folder, 0o700);
    await Deno.remove(folder, { recursive: true });
  }
}

async function openSource(path: string): Promise<Source & AsyncDisposable> {
  const { source } = await sourceFor(`sqlite:///${path}`);
  return Object.assign(source, { [Symbol.asyncDispose]: () => source.close() });
}

/** A world of one run with one metric. */
function worldWith(points: readonly MetricPoint[]): World {
  const world = new World();
  world.addExperiment({ name: "e", id: "1" });
  world.addRun({
    experimentId: "1",
    id: "a".repeat(32),
    metrics: { m: points, other: [{ step: 0, timestamp: 1, value: 1 }] },
  });
  return world;
}

async function errorOf(path: string): Promise<unknown> {
  const address = await addressOf(`sqlite:///${path}`);
  return await address.connect().then(() => assert.fail("was opened"), (error: unknown) => error);
}

Deno.test("a database without MLflow's tables, of an unknown version, or none at all, is refused in one sentence", async () => {
  await withFolder(async (path) => {
    const missing = await errorOf(path);
    assert.ok(missing instanceof UsageError && /there is no such file$/.test(missing.message), String(missing));
    await Deno.writeTextFile(
      path,
      "this is text, and long enough for a header of SQLite's, which has a hundred bytes ".repeat(9),
    );
    const text = await errorOf(path);
    assert.ok(text instanceof UsageError && /not a database$/.test(text.message), String(text));
    await Deno.remove(path);
    new DatabaseSync(path).exec("create table t (a)");
    const foreign = await errorOf(path);
    assert.ok(foreign instanceof UsageError && /it has no MLflow tables/.test(foreign.message), String(foreign));
    await Deno.remove(path);
    createTables(path, "3.17.2").exec("update alembic_version set version_num = 'f00000000001'");
    const later = await errorOf(path);
    assert.ok(
      later instanceof UsageError && /\(alembic_version f00000000001\) is not known/.test(later.message),
      String(later),
    );
  });
});

Deno.test("a long metric is read in pages, in order, though its points lie in none", async () => {
  // More than a window has: each step a pair whose timestamps fall, and all in all they rise.
  const points = Array.from({ length: 90_000 }, (_, index): MetricPoint => ({
    step: index,
    timestamp: 1_000_000 + (index ^ 1) * 10,
    value: index % 7 === 0 ? NaN : index / 3,
  }));
  await withFolder(async (path) => {
    writeWorld(path, worldWith(points));
    await using source = await openSource(path);
    const [experiment] = await Array.fromAsync(source.experiments());
    assert.ok(experiment !== undefined);
    for await (const { histories } of source.runs([experiment])) {
      const history = histories.get("m");
      assert.ok(history !== undefined && Symbol.asyncIterator in history);
      const pages = await Array.fromAsync(history, (page) => [...page]);
      assert.ok(
        pages.length > 2 && pages.every((page) => page.length <= 40_000),
        `${pages.map(({ length }) => length)}`,
      );
      assert.deepEqual(pages.flat(), points.toSorted((a, b) => Number(a.timestamp) - Number(b.timestamp)));
    }
  });
});

Deno.test("what is logged while a long metric is read is not in it", async () => {
  const points = Array.from({ length: 90_000 }, (_, step) => ({ step, timestamp: step, value: step }));
  await withFolder(async (path) => {
    writeWorld(path, worldWith(points));
    await using source = await openSource(path);
    for await (const { histories } of source.runs(await Array.fromAsync(source.experiments()))) {
      const history = histories.get("m");
      assert.ok(history !== undefined && Symbol.asyncIterator in history);
      let count = 0;
      for await (const page of history) {
        if (count === 0) {
          using writer = new DatabaseSync(path, { timeout: 5_000 });
          writer.exec(`insert into metrics (key, value, timestamp, step, is_nan, run_uuid)
            values ('m', 1, 5, 95000, 0, '${"a".repeat(32)}')`);
        }
        count += page.length;
      }
      assert.equal(count, points.length);
    }
  });
});

Deno.test("a run with many long metrics, and runs with none, are whole", async () => {
  const world = worldWith([]);
  const series = Array.from({ length: 18_000 }, (_, step) => ({ step, timestamp: step, value: step }));
  world.addRun({
    experimentId: "1",
    id: "b".repeat(32),
    metrics: Object.fromEntries(["p", "q", "r", "s", "t"].map((key) => [key, series])),
  });
  for (let count = 0; count < 450; count++) world.addRun({ experimentId: "1" });
  await withFolder(async (path) => {
    writeWorld(path, world);
    await using source = await openSource(path);
    const records = await readWhole(source);
    assert.equal(records.length, 452);
    assert.equal(new Set(records.map(({ run }) => run.id)).size, 452);
    const wide = records.find(({ run }) => run.id === "b".repeat(32));
    assert.deepEqual([...wide?.points ?? []], ["p", "q", "r", "s", "t"].map((key) => [key, series]));
  });
});

Deno.test("a file in WAL mode is left as it was found, in use or not", async () => {
  await withFolder(async (path, folder) => {
    writeWorld(path, worldWith([{ step: 0, timestamp: 1, value: 1 }]));
    const names = (): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const writer = new DatabaseSync(path);
    writer.exec("pragma journal_mode = wal; update runs set user_id = 'someone'");
    const inUse = names();
    {
      await using source = await openSource(path);
      assert.equal((await readWhole(source)).length, 1);
    }
    assert.deepEqual(names(), inUse);
    writer.close();
    assert.deepEqual(names(), ["mlflow.db"]);
    const before = await Deno.readFile(path);
    {
      await using source = await openSource(path);
      assert.equal((await readWhole(source)).length, 1);
    }
    assert.deepEqual(names(), ["mlflow.db"]);
    assert.deepEqual(await Deno.readFile(path), before);
  });
});

Deno.test("a writer is waited for, and none waits longer than the export reads a window", async () => {
  await withFolder(async (path) => {
    writeWorld(path, worldWith([{ step: 0, timestamp: 1, value: 1 }]));
    using writer = new DatabaseSync(path);
    writer.exec("begin exclusive");
    const reading = openSource(path);
    await new Promise((resolve) => setTimeout(resolve, 300));
    writer.exec("commit");
    await using source = await reading;
    writer.exec("pragma busy_timeout = 1000");
    for await (const _record of source.runs(await Array.fromAsync(source.experiments()))) {
      writer.exec("update runs set status = 'KILLED'");
    }
  });
});

Deno.test("a database that becomes unreadable is no usage error", async () => {
  await withFolder(async (path) => {
    writeWorld(path, worldWith([]));
    await using source = await openSource(path);
    using writer = new DatabaseSync(path);
    writer.exec("drop table registered_models");
    await assert.rejects(source.models(), (error: unknown) => {
      return error instanceof AppError && !(error instanceof UsageError) && !(error instanceof UnreachableError);
    });
  });
});
