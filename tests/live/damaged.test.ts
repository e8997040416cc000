/**
 * A file store behind a real server, with a metric's file cut short in one run: what a killed server leaves. MLflow answers 500 to
 * everything about that experiment; all others are exported, and that one when it is mended.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readExport, readLines } from "./parts/folders.ts";
import { runOurs } from "./parts/programs.ts";
import { startReceiver } from "./parts/receiver.ts";
import { type RealMlflow, startRealMlflow } from "./parts/servers.ts";
import { SeedApi } from "./seed/api.ts";

/** Tries again as often as ever, without the waits of a night's export. */
const ENV = { MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.01" };

const NAMES = ["whole", "one field", "empty file"];

interface Seeded {
  readonly experiments: readonly string[];
  /** The file of the metric "m" of the first run, by experiment. */
  readonly files: ReadonlyMap<string, string>;
}

async function seed({ url }: RealMlflow, store: string): Promise<Seeded> {
  const api = new SeedApi(url);
  const experiments: string[] = [];
  const files = new Map<string, string>();
  for (const name of NAMES) {
    const { experiment_id: id } = await api.post("experiments/create", { name });
    experiments.push(String(id));
    for (let i = 0; i < 3; i++) {
      const start = 1_700_000_000_000 + i;
      const { run } = await api.post("runs/create", { experiment_id: id, start_time: start }) as {
        run: { info: { run_id: string } };
      };
      const runId = run.info.run_id;
      for (let step = 0; step < 3; step++) {
        await api.post("runs/log-metric", { run_id: runId, key: "m", value: step, step, timestamp: start });
      }
      if (i === 0) files.set(String(id), join(store, String(id), runId, "metrics", "m"));
    }
  }
  return { experiments, files };
}

async function idsOf(folder: string, name: string): Promise<string[]> {
  return (await readLines(folder, name)).map((line) => JSON.parse(line).experiment_id);
}

Deno.test("an experiment with a damaged file is recorded, the others are exported, and it comes by --resume when it is mended", async () => {
  await using stack = new AsyncDisposableStack();
  const base = await Deno.makeTempDir({ prefix: "damaged-" });
  stack.defer(() => Deno.remove(base, { recursive: true }));
  const store = join(base, "mlruns");
  const server = stack.use(await startRealMlflow("2.22.5", { args: ["--backend-store-uri", store] }));
  const { experiments: [whole = "", oneField = "", empty = ""], files } = await seed(server, store);
  const given = { trackingUrl: server.url, env: ENV };
  const undamaged = await runOurs({ ...given, baseDir: join(base, "undamaged") });
  assert.equal(undamaged.exitCode, 0, undamaged.said);

  const [fieldFile = "", emptyFile = ""] = [files.get(oneField), files.get(empty)];
  const before = [await Deno.readTextFile(fieldFile), await Deno.readTextFile(emptyFile)];
  await Deno.writeTextFile(fieldFile, "123456");
  await Deno.writeTextFile(emptyFile, "");
  const receiver = stack.use(startReceiver());
  const baseDir = join(base, "ours");
  const first = await runOurs({ ...given, baseDir, receiver });
  assert.equal(first.exitCode, 3, first.said);
  assert.match(first.said, /Finished, but the runs of 2 experiments could not be listed/);
  assert.deepEqual((await idsOf(first.folder, "experiment_summary.json")).sort(), ["0", whole].sort());
  assert.deepEqual(await idsOf(first.folder, "runs.json"), [whole, whole, whole]);
  const { failed_experiments: failed } = JSON.parse(await readExport(first.folder, "summary.json"));
  const reasons = new Map(failed.map((one: Record<string, string>) => [one["experiment_id"], one]));
  assert.deepEqual(new Set(reasons.keys()), new Set([oneField, empty]));
  assert.match(JSON.stringify(reasons.get(oneField)), /"status":500,"reason":"INTERNAL_ERROR: Metric 'm' is malformed/);
  assert.match(JSON.stringify(reasons.get(empty)), /"status":500,.* web page/);
  const sent = first.calls.map(({ body }) => JSON.parse(body));
  const ofDamaged = sent.filter(({ line }) => [oneField, empty].includes(line.experiment_id));
  assert.deepEqual(ofDamaged, []);

  await Deno.writeTextFile(fieldFile, before[0] ?? "");
  const half = await runOurs({ ...given, baseDir, receiver, args: ["--resume", first.folder] });
  assert.equal(half.exitCode, 3, half.said);
  assert.match(half.said, /the runs of 1 experiment could not be listed/);
  await Deno.writeTextFile(emptyFile, before[1] ?? "");
  const mended = await runOurs({ ...given, baseDir, receiver, args: ["--resume", first.folder] });
  assert.equal(mended.exitCode, 0, mended.said);
  for (const name of ["experiment_summary.json", "runs.json", "runs_basic.csv", "experiments_runs_datasets.json"]) {
    assert.deepEqual(
      (await readLines(mended.folder, name)).sort(),
      (await readLines(undamaged.folder, name)).sort(),
      name,
    );
  }
  assert.equal(await readExport(mended.folder, "runs.csv"), await readExport(undamaged.folder, "runs.csv"));
  assert.equal(first.calls.length + half.calls.length + mended.calls.length, undamaged.calls.length);

  // Where all fail alike it is the server.
  for (const file of files.values()) await Deno.writeTextFile(file, "123456");
  const chosen = NAMES.flatMap((name) => ["--experiment", name]);
  const broken = await runOurs({ ...given, baseDir: join(base, "broken"), args: chosen });
  assert.equal(broken.exitCode, 5, broken.said);
  assert.match(
    broken.said,
    /MLflow can list the runs of none of 3 experiments: INTERNAL_ERROR: Metric 'm' is malformed/,
  );
});
