/** deploy/airflow, run by Airflow itself between a real MLflow and a receiver. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runOurs } from "../../live/parts/programs.ts";
import { startReceiver } from "../../live/parts/receiver.ts";
import type { RealMlflow } from "../../live/parts/servers.ts";
import { venvPython } from "../../live/parts/venvs.ts";
import { ROOT } from "../parts/clone.ts";
import { type Ended, execute } from "../parts/command.ts";
import { callsOf, writeProgram } from "../parts/program.ts";
import { sentRuns, startMlflow } from "../parts/world.ts";

let mlflow: RealMlflow;
let home: string;

Deno.test.beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "kiroframe-importer-airflow-"));
  const migrated = await airflow(["db", "migrate"], {});
  assert.equal(migrated.code, 0, migrated.stderr);
  mlflow = await startMlflow();
});

Deno.test.afterAll(async () => {
  await mlflow[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

async function airflow(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const program = join(dirname(await venvPython("airflow-3.3.2")), "airflow");
  return await execute([program, ...words], {
    env: {
      AIRFLOW_HOME: home,
      AIRFLOW__CORE__DAGS_FOLDER: join(ROOT, "deploy/airflow"),
      AIRFLOW__CORE__LOAD_EXAMPLES: "False",
      KIROFRAME_RETRY_SECONDS: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      ...env,
    },
  });
}

/** Runs the DAG once, with a folder of its own. */
async function runDag(
  kiroframeUrl: string,
  before: string,
): Promise<{ readonly ended: Ended; readonly calls: readonly string[]; readonly exports: string }> {
  const folder = await Deno.makeTempDir({ dir: home });
  const exports = join(folder, "exports");
  const params = join(folder, "params.env");
  const program = await writeProgram(folder, before);
  const lines = { TRACKING_URI: mlflow.url, KIROFRAME_URL: kiroframeUrl, PROFILING_TOKEN: "token-of-airflow" };
  await Deno.writeTextFile(params, Object.entries(lines).map((pair) => `export ${pair.join("=")}\n`).join(""));
  const env = { KIROFRAME_IMPORTER: program, KIROFRAME_EXPORTS: exports, KIROFRAME_PARAMS: params };
  const ended = await airflow(["dags", "test", "kiroframe_import"], env);
  assert.ok(!(ended.stdout + ended.stderr).includes("token-of-airflow"), "the token is in Airflow's log");
  return { ended, calls: await callsOf(program), exports };
}

Deno.test("three mapped exports, their merge and its import; what could work later is tried again, and goes on", async () => {
  await using kiroframe = startReceiver();
  // The second shard is killed once, after its first rows; the import finds nobody once.
  const { ended, calls, exports } = await runDag(
    kiroframe.url,
    `if [[ $* == *--shard\\ 2/3* && $TRY == 1 ]]; then mkdir -p "$5"; kill -9 $$; fi
if [[ $1 == import && $TRY == 1 ]]; then exit 5; fi`,
  );
  const log = ended.stdout + ended.stderr;
  assert.equal(ended.code, 0, log);
  assert.deepEqual(
    [1, 2, 3].map((shard) => calls.filter((call) => call.includes(`--shard ${shard}/3`)).length),
    [1, 2, 1],
  );
  assert.deepEqual(["merge", "import"].map((name) => calls.filter((call) => call.startsWith(name)).length), [1, 2]);
  const alone = await runOurs({ trackingUrl: mlflow.url, baseDir: join(home, "alone") });
  assert.deepEqual(sentRuns(kiroframe), sentRuns(alone));
  // Only what was merged is left.
  const [dagRun] = await Array.fromAsync(Deno.readDir(exports));
  const left = await Array.fromAsync(Deno.readDir(join(exports, dagRun?.name ?? "")));
  assert.equal(left.filter(({ isDirectory }) => isDirectory).length, 1);
  for (const name of ["runs.json", "runs.csv", "experiment_summary.json", "models.json"]) {
    const merged = join(exports, dagRun?.name ?? "", left.find(({ isDirectory }) => isDirectory)?.name ?? "", name);
    assert.equal(await Deno.readTextFile(merged), await Deno.readTextFile(join(alone.folder, name)), name);
  }
});

Deno.test("what would end the same way again is not tried again", async () => {
  await using kiroframe = startReceiver(({ body }) =>
    body.includes('"import_type": 2') ? new Response("no such row", { status: 400 }) : undefined
  );
  const { ended, calls } = await runDag(kiroframe.url, "");
  const log = ended.stdout + ended.stderr;
  assert.notEqual(ended.code, 0, log);
  assert.equal(calls.filter((call) => call.startsWith("import")).length, 1);
  assert.match(log, /import ended with exit code 3: Finished, but Kiroframe did not take 12 rows/);
});
