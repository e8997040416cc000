/** The plan beside the export that follows it: its calls within a fifth, and nothing written. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PlanOutcome, runPlan } from "../../../lib/jobs/plan/run.ts";
import { silentLogger, silentProgress } from "../../../lib/logger.ts";
import { planShape } from "../../../lib/shapes/plan.ts";
import { exportMlflow, type ExportMlflowOptions } from "../../../mod.ts";
import { type MlflowSandboxOptions, startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../../sandbox/world/digits.ts";
import { generateWorld } from "../../../sandbox/world/generator.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { makeFolder } from "../../mlflow/store/files/folder.ts";
import { writeWorld as writeFolder } from "../../mlflow/store/files/world_folder.ts";
import { writeWorld as writeDatabase } from "../../mlflow/store/sql/world_database.ts";

type Rows = Pick<
  ExportMlflowOptions,
  "downloadArtifacts" | "exportModels" | "experiments" | "since" | "runFilter" | "shard" | "includeDeleted"
>;

const ENV = { HOME: "/nonexistent", MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.01" };

interface Given extends Rows {
  readonly store?: string;
  readonly sampleMs?: number;
}

async function planOf(trackingUrl: string, given: Given = {}): Promise<PlanOutcome> {
  const silent = (): void => {};
  const { since, store, sampleMs, ...others } = given;
  const outcome = await runPlan(
    {
      export: {
        importType: "mlflow",
        source: { trackingUrl, store, env: ENV, experimentPageSize: 200, runPageSize: 1_000, concurrency: 8 },
        rows: { ...others, sinceMs: since?.getTime() },
        privacy: { redact: [], excludeTags: [], excludeParams: [] },
        baseDir: "/nonexistent/exports",
      },
      sends: true,
      reports: false,
      sampleMs,
    },
    {
      logger: silentLogger,
      progress: silentProgress,
      hide: silent,
      redact: (text) => text,
      openLog: silent,
      tell: silent,
      advise: silent,
    },
  );
  planShape.parse(outcome.plan);
  return outcome;
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-plan-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map(async (entry) =>
      (await stat(join(entry.parentPath, entry.name))).size
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function assertNear(found: number, expected: number, { share, what }: { share: number; what: string }): void {
  assert.ok(Math.abs(found - expected) <= share * expected, `${what}: planned ${found}, found ${expected}`);
}

interface Case {
  readonly name: string;
  readonly world: World;
  readonly rows?: Rows;
  readonly server?: MlflowSandboxOptions;
  /** Milliseconds of the sample: 0 cuts it after its first run, or after the first page of a long history. */
  readonly sampleMs?: number;
}

/** A run whose metric was logged at every tenth step. */
function sparseWorld(points: number): World {
  const world = new World();
  const { id } = world.addExperiment({ name: "sparse" });
  const loss = Array.from({ length: points }, (_, index) => {
    return { step: 10 * index, timestamp: 1_700_000_000_000 + index, value: index };
  });
  world.addRun({ experimentId: id, name: "long", status: "FINISHED", startTime: 1_700_000_000_000, metrics: { loss } });
  return world;
}

const CASES: readonly Case[] = [
  {
    name: "many runs with short histories",
    world: generateWorld({ experiments: 20, runs: 1_500, metrics: 8, points: 20 }),
  },
  {
    name: "few runs with long histories",
    world: generateWorld({ experiments: 2, runs: 12, metrics: 3, points: 8_000 }),
  },
  { name: "one history of many pages", world: generateWorld({ runs: 1, metrics: 1, points: 230_000 }) },
  {
    name: "many runs, of which one was read in time",
    world: generateWorld({ experiments: 20, runs: 1_500, metrics: 8, points: 20 }),
    sampleMs: 0,
  },
  {
    name: "one long history, logged at every tenth step, of which a page was read in time",
    world: sparseWorld(130_000),
    sampleMs: 0,
  },
  { name: "runs without metrics", world: generateWorld({ runs: 3_000, metrics: 0 }) },
  { name: "many small experiments", world: generateWorld({ experiments: 300, runs: 300, metrics: 2, points: 5 }) },
  { name: "an empty server", world: generateWorld({ runs: 0 }) },
  {
    name: "artifacts and models",
    world: generateWorld({ experiments: 3, runs: 60, metrics: 2, points: 5, files: 2, models: 3 }),
    rows: { downloadArtifacts: true },
  },
  {
    name: "a bound in time, where all runs are counted beside",
    world: generateWorld({ experiments: 3, runs: 400, metrics: 3, points: 5 }),
    rows: { since: new Date(1_700_000_000_000 + 150_000) },
  },
  {
    name: "one shard of two",
    world: generateWorld({ experiments: 12, runs: 300, metrics: 3, points: 5, models: 2 }),
    rows: { shard: { index: 2, count: 2 } },
  },
  {
    name: "a server without bulk histories",
    world: generateWorld({ experiments: 3, runs: 60, metrics: 3, points: 5 }),
    server: { version: "1.24.0" },
  },
  {
    name: "a server of the second version",
    world: generateWorld({ experiments: 3, runs: 60, metrics: 3, points: 5 }),
    server: { version: "2.22.5" },
  },
];

for (const { name, world, rows, server, sampleMs } of CASES) {
  Deno.test(`runPlan() plans the calls, runs, points and bytes of an export: ${name}`, () =>
    inFolder(async (folder) => {
      await using mlflow = await startMlflowSandbox({ world, ...server });
      const { plan } = await planOf(mlflow.url, { ...rows, sampleMs });
      if (sampleMs === 0) assert.deepEqual([plan.sampled_runs, plan.points_counted], [1, false]);
      const before = mlflow.requestCount;
      const { folderPath, summary } = await exportMlflow({
        trackingUrl: mlflow.url,
        baseDir: folder,
        env: ENV,
        ...rows,
      });
      assertNear(plan.calls.total, mlflow.requestCount - before, { share: 0.2, what: "calls" });
      assert.equal(plan.experiments.exported, summary.experiments.length);
      assert.equal(plan.runs.exported, summary.runs);
      assertNear(plan.points, summary.counts.points, { share: 0.01, what: "points" });
      assert.equal(plan.kiroframe?.rows, summary.experiments.length + summary.runs + (plan.models ? 1 : 0));
      // Small folders are mostly what every folder has.
      assertNear(plan.disk.bytes + 100_000, await bytesIn(folderPath) + 100_000, { share: 0.5, what: "bytes" });
      assert.equal(plan.artifacts?.files ?? 0, summary.counts.artifactFiles ?? 0);
    }));
}

Deno.test("runPlan() says what the options leave out", async () => {
  await using mlflow = await startMlflowSandbox({
    world: generateWorld({ experiments: 4, runs: 40, metrics: 1, points: 1, models: 2 }),
  });
  const whole = (await planOf(mlflow.url)).plan;
  assert.deepEqual(whole.experiments, { exported: 5, left_out_by_name: 0, left_out_by_shard: 0 });
  assert.deepEqual(whole.runs, { exported: 40, left_out: 0, unchanged: 0 });
  assert.deepEqual([whole.points_counted, whole.sampled_runs], [true, 40]);
  assert.deepEqual([whole.models, whole.model_versions], [2, 4]);
  const named = (await planOf(mlflow.url, { experiments: ["experiment 1"], exportModels: false })).plan;
  assert.deepEqual(named.experiments, { exported: 1, left_out_by_name: 4, left_out_by_shard: 0 });
  assert.deepEqual([named.models, named.runs.exported], [null, 10]);
  assert.ok(named.calls.models < whole.calls.models);
  const late = (await planOf(mlflow.url, { since: new Date(1_700_000_000_000 + 30_000) })).plan;
  assert.deepEqual([late.runs.exported, late.runs.left_out], [10, 30]);
  const shard = (await planOf(mlflow.url, { shard: { index: 1, count: 2 } })).plan;
  assert.equal(shard.experiments.exported + shard.experiments.left_out_by_shard, 5);
});

Deno.test("runPlan() reads stores, which take no calls", () =>
  inFolder(async (folder) => {
    const database = join(folder, "mlflow.db");
    writeDatabase(database, digitsWorld());
    using mlruns = makeFolder();
    writeFolder(mlruns, digitsWorld());
    const { summary } = await exportMlflow({ trackingUrl: `sqlite:///${database}`, baseDir: folder, env: ENV });
    for (const uri of [`sqlite:///${database}`, mlruns.root]) {
      const { plan } = await planOf(uri);
      assert.equal(plan.calls.total, 0);
      assert.deepEqual([plan.runs.exported, plan.points, plan.points_counted], [4, summary.counts.points, true]);
    }
    await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
    const before = mlflow.requestCount;
    const { plan } = await planOf(mlflow.url, { store: `sqlite:///${database}` });
    assert.equal(plan.runs.exported, 4);
    assert.equal(plan.calls.total, mlflow.requestCount - before);
  }));

Deno.test("runPlan() reads a part of a large store", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-plan-"));
  try {
    const database = join(folder, "mlflow.db");
    writeDatabase(database, generateWorld({ experiments: 3, runs: 1_200, metrics: 2, points: 3 }));
    using mlruns = makeFolder();
    writeFolder(mlruns, generateWorld({ experiments: 3, runs: 600, metrics: 2, points: 3 }));
    const stored = (await planOf(`sqlite:///${database}`)).plan;
    assert.deepEqual([stored.runs.exported, stored.metrics, stored.points, stored.points_counted], [
      1_200,
      2_400,
      7_200,
      true,
    ]);
    assert.ok(stored.sampled_runs <= 200, `${stored.sampled_runs}`);
    const files = (await planOf(mlruns.root)).plan;
    assert.deepEqual([files.runs.exported, files.metrics, files.points, files.points_counted], [
      600,
      1_200,
      3_600,
      false,
    ]);
    assert.ok(files.sampled_runs <= 200, `${files.sampled_runs}`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("runPlan() counts a long history of a store, of which a page was read in time", () =>
  inFolder(async (folder) => {
    const database = join(folder, "mlflow.db");
    writeDatabase(database, sparseWorld(60_000));
    using mlruns = makeFolder();
    writeFolder(mlruns, sparseWorld(60_000));
    for (const uri of [`sqlite:///${database}`, mlruns.root]) {
      const { plan } = await planOf(uri, { sampleMs: 0 });
      assert.deepEqual([plan.metrics, plan.points, plan.points_counted], [1, 60_000, true], uri);
      assert.ok(plan.disk.bytes > 2_000_000);
    }
  }));

Deno.test("runPlan() names experiments that cannot be listed", async () => {
  const world = generateWorld({ experiments: 3, runs: 9, metrics: 1, points: 1 });
  await using mlflow = await startMlflowSandbox({ world });
  world.damaged.set("2", "malformed");
  const { plan } = await planOf(mlflow.url);
  assert.deepEqual(plan.unlistable.map(({ experiment_id: id, name }) => [id, name]), [["2", "experiment 2"]]);
  assert.deepEqual([plan.experiments.exported, plan.runs.exported], [3, 6]);
});
