/**
 * File stores read directly, beside the same store served by MLflow of the release that wrote it, and beside the reference on the same path.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { datasetNamesByExperiment, mendExperimentLine, mendRunLine } from "../parts/faults.ts";
import { readExport, readLines, readTree } from "../parts/folders.ts";
import { type Outcome, runOurs, runReference } from "../parts/programs.ts";
import { type MlflowVersion, type RealMlflow, startRealMlflow } from "../parts/servers.ts";
import { venvPython } from "../parts/venvs.ts";
import { assertSameLines, assertSameText } from "../reference/compare.ts";

const ALLOW = { MLFLOW_ALLOW_FILE_STORE: "true" };

interface SeededStore extends AsyncDisposable {
  readonly root: string;
  readonly baseDir: string;
  readonly server: RealMlflow;
}

/** A store that MLflow's own client has filled, and a server of it. */
async function seededStore(version: MlflowVersion): Promise<SeededStore> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "mlruns-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const root = join(folder, "mlruns");
  await python(version, "seed_files.py", root);
  const server = stack.use(await startRealMlflow(version, { args: ["--backend-store-uri", root], env: ALLOW }));
  const owned = stack.move();
  return { root, baseDir: join(folder, "exports"), server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function python(version: MlflowVersion, script: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(await venvPython(`mlflow-${version}`), {
    args: ["-W", "ignore", fileURLToPath(new URL(`../python/${script}`, import.meta.url)), ...args],
    env: { MLFLOW_DISABLE_TELEMETRY: "true" },
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`${script} failed:\n${new TextDecoder().decode(stderr)}`);
}

/** The folders of a file store's runs, of whichever experiments have any: their ids are random, and one experiment is empty. */
async function runFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for await (const experiment of Deno.readDir(root)) {
    if (!/^\d+$/.test(experiment.name)) continue;
    for await (const { name } of Deno.readDir(join(root, experiment.name))) {
      if (/^\w{32}$/.test(name)) found.push(join(root, experiment.name, name));
    }
  }
  return found;
}

/** What an export leaves and sends, less what tells where it came from and when. */
async function leftBy({ folder, calls }: Outcome): Promise<Map<string, string>> {
  const files = await readTree(folder);
  for (const path of files.keys()) if (/^(?:\.state|export\.)/.test(path)) files.delete(path);
  const summary = JSON.parse(files.get("summary.json") ?? "{}");
  delete summary.mlflow_version;
  for (const name of ["artifacts_manifest.json", "summary.json"]) delete summary.files?.[name];
  // A server of a file store fails when it is asked for scorers or webhooks, which such a store never has.
  for (const kind of ["scorers", "webhooks"]) if (summary.extras?.[kind]?.found === null) delete summary.extras[kind];
  files.set("summary.json", JSON.stringify(summary, (key, value) => key === "artifacts_manifest.json" ? 0 : value, 1));
  files.set("artifacts_manifest.json", (files.get("artifacts_manifest.json") ?? "").replaceAll(folder, "FOLDER"));
  const sent = calls.map(({ body }) => body.replace(/"import_source_id": ?"[^"]*"/, ""));
  return files.set("what Kiroframe got", sent.join("\n"));
}

/** Flags of exports that are compared: whole ones, and each way to choose. */
const SELECTIONS: Readonly<Record<string, readonly string[]>> = {
  whole: ["--download-artifacts"],
  deleted: ["--include-deleted"],
  times: ["--since", "2023-11-14T22:13:21Z", "--until", "2023-11-14T22:13:30Z"],
  filter: ["--run-filter", "metrics.m > 0.2 and params.index != '9'"],
  shard: ["--shard", "2/3"],
  names: ["--experiment", "val*"],
};

for (const version of ["1.24.0", "2.22.5", "3.17.2"] as const) {
  Deno.test(`a file store of ${version} gives the files and payloads that its server gives`, async () => {
    await using store = await seededStore(version);
    const { root, baseDir, server } = store;
    const names = version === "2.22.5" ? Object.keys(SELECTIONS) : ["whole", "deleted"];
    for (const name of names) {
      const args = ["--no-report", "--import-concurrency", "1", ...SELECTIONS[name] ?? []];
      const served = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "served", name), args });
      const direct = await runOurs({ trackingUrl: root, baseDir: join(baseDir, "direct", name), args });
      assert.deepEqual([served.exitCode, direct.exitCode], [0, 0], direct.said);
      const [expected, actual] = [await leftBy(served), await leftBy(direct)];
      assert.deepEqual([...actual.keys()], [...expected.keys()], name);
      for (const [path, content] of expected) assertSameText(actual.get(path) ?? "", content, `${path} (${name})`);
      assert.ok((expected.get("runs.json") ?? "").split("\n").length > 8, name);
      assert.doesNotMatch(direct.said, /WARNING|ERROR/);
    }
  });
}

Deno.test("what MLflow passes over in a file store is passed over and named, the rest as its server gives it", async () => {
  await using store = await seededStore("2.22.5");
  const { root, baseDir, server } = store;
  const [someRun] = await runFolders(root);
  assert.ok(someRun !== undefined);
  const experiment = dirname(someRun);
  const meta = await Deno.readTextFile(join(someRun, "meta.yaml"));
  const write = async (path: string, text: string): Promise<void> => {
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  };
  await write(join(root, "notes.txt"), "x");
  await write(join(root, "notes", "readme.txt"), "x");
  await write(join(root, "12345", "meta.yaml"), await Deno.readTextFile(join(root, "0", "meta.yaml")));
  await write(join(experiment, "norun", "readme.txt"), "x");
  await write(join(experiment, "readme.txt"), "x");
  await write(join(experiment, "foreign", "meta.yaml"), meta.replace(/^experiment_id: .*$/m, "experiment_id: '7'"));
  const args = ["--no-report", "--import-concurrency", "1"];
  const served = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "served"), args });
  const direct = await runOurs({ trackingUrl: root, baseDir: join(baseDir, "direct"), args });
  assert.deepEqual([served.exitCode, direct.exitCode], [0, 0], direct.said);
  const [expected, actual] = [await leftBy(served), await leftBy(direct)];
  for (const [path, content] of expected) assertSameText(actual.get(path) ?? "", content, path);
  const named = direct.said.match(/Skipped .*/g)?.map((line) =>
    line.replaceAll(experiment, "EXPERIMENT").replaceAll(root, "ROOT")
  );
  assert.deepEqual(named?.toSorted(), [
    "Skipped 6 files and folders of the store in all",
    "Skipped EXPERIMENT/foreign: it says that it belongs to experiment 7",
    "Skipped EXPERIMENT/norun: it has no meta.yaml",
    "Skipped EXPERIMENT/readme.txt: it is not a run's folder",
    "Skipped ROOT/12345: it says that it is experiment 0",
    "Skipped ROOT/notes.txt: it is not an experiment's folder",
    "Skipped ROOT/notes: it has no meta.yaml",
  ]);
});

Deno.test("a file store gives what the reference gives for the same path, under the same source id", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mlruns-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  for (const version of ["1.24.0", "2.22.5"] as const) {
    const root = join(folder, version);
    await python(version, "seed_files.py", root);
    // What MLflow itself changes as it sorts or sends it: a server gives it as ours does.
    for (const key of ["ties", "times", "unordered"]) await removeMetric(root, key);
    const trackingUrl = version === "1.24.0" ? `file://${root}` : root;
    const judge = await runReference({ trackingUrl, baseDir: join(folder, "judge", version), env: ALLOW });
    const ours = await runOurs({
      trackingUrl,
      baseDir: join(folder, "ours", version),
      args: ["--import-concurrency", "1"],
    });
    assert.deepEqual([judge.exitCode, ours.exitCode], [0, 0], `${judge.said}\n${ours.said}`);
    // MLflow 1 lists experiments as the folder does, the reference's client by id.
    const inOrder = (lines: string[]): string[] => version === "1.24.0" ? lines.sort() : lines;
    const runLines = await readLines(judge.folder, "runs.json");
    const names = datasetNamesByExperiment(runLines);
    const noSchema = (line: string): string => line.replaceAll(/"(dataset_)?(schema|profile)": ""/g, '"$1$2": null');
    const compare = async (name: string, mend: (line: string) => string): Promise<void> => {
      const expected = (await readLines(judge.folder, name)).map(mend);
      assertSameLines(inOrder(await readLines(ours.folder, name)), inOrder(expected), `${name} of ${version}`);
    };
    await compare("runs.json", (line) => noSchema(mendRunLine(line)));
    await compare("experiments_runs_datasets.json", noSchema);
    await compare("experiment_summary.json", (line) => mendExperimentLine(line, names));
    assert.ok(runLines.length > 90);
    const sourceId = ({ calls }: Outcome): string => JSON.parse(calls[0]?.body ?? "{}").import_source_id;
    assert.equal(sourceId(ours), sourceId(judge));
    assert.equal(ours.calls.length, judge.calls.length);
  }
});

async function removeMetric(root: string, key: string): Promise<void> {
  for await (const experiment of Deno.readDir(root)) {
    for await (const run of Deno.readDir(join(root, experiment.name))) {
      await Deno.remove(join(root, experiment.name, run.name, "metrics", key)).catch(() => {});
    }
  }
}

Deno.test("a file store that MLflow writes to at full speed is exported without a torn row, each run once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mlruns-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const root = join(folder, "mlruns");
  const writer = new Deno.Command(await venvPython("mlflow-2.22.5"), {
    args: ["-W", "ignore", fileURLToPath(new URL("../python/write_files.py", import.meta.url)), root],
    env: { MLFLOW_DISABLE_TELEMETRY: "true" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const ended: string[] = [];
  const reading = (async () => {
    for await (const text of writer.stdout.pipeThrough(new TextDecoderStream())) {
      ended.push(...text.match(/\w{32}/g) ?? []);
    }
  })();
  stack.defer(async () => {
    await writer.stdin.close();
    await Promise.all([writer.status, reading]);
  });
  while (ended.length < 30) await new Promise((resolve) => setTimeout(resolve, 50));
  for (let round = 0; round < 4; round++) {
    const before = new Set(ended);
    const ours = await runOurs({ trackingUrl: root, baseDir: join(folder, "exports", String(round)) });
    assert.equal(ours.exitCode, 0, ours.said);
    assert.ok(ended.length > before.size, "nothing was written meanwhile");
    const rows = (await readLines(ours.folder, "runs.json")).map((line) => JSON.parse(line) as Row);
    for (const row of rows) checkRow(row);
    const ids = rows.map((row) => row.run_id);
    assert.equal(new Set(ids).size, ids.length, "a run is there twice");
    assert.deepEqual([...before].filter((id) => !ids.includes(id)), [], "runs are lost");
    assert.doesNotMatch(ours.said, /Skipped|cut short/);
    assert.ok((await readExport(ours.folder, "runs.csv")).length > 0);
  }
});

interface Row {
  readonly run_id: string;
  readonly status: string;
  readonly end_time: number | null;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly metrics_latest: Readonly<Record<string, number>>;
  readonly metrics_history: Readonly<Record<string, readonly { readonly step: number; readonly value: number }[]>>;
}

/** The writer's promises: steps without gaps, all of them once the run has ended, no text that was half written. */
function checkRow(
  { run_id: id, status, end_time: end, params, tags, metrics_latest: latest, metrics_history: histories }: Row,
): void {
  assert.equal(end === null, status === "RUNNING", id);
  for (const [key, points] of Object.entries(histories)) {
    const divisor = key === "a" ? 7 : 3;
    assert.deepEqual(points.map(({ value }) => value), points.map((_, step) => step / divisor), id);
    assert.equal(latest[key], points.at(-1)?.value, id);
    if (status === "FINISHED") assert.equal(points.length, Number(params["count"]), id);
  }
  if (status === "FINISHED") assert.deepEqual(Object.keys(histories).sort(), ["a", "deep/b"], id);
  assert.equal(tags["mlflow.runName"], "x".repeat(100), id);
  if (tags["touched"] !== undefined) assert.equal(tags["touched"], "many words ".repeat(50), id);
}
