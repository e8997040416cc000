/**
 * The flags that change what is exported or sent, beside the reference on a small 2.22.5; and how an import goes on where the
 * reference's ends.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { assertSameLines } from "./reference/compare.ts";
import { mendRunLine } from "./parts/faults.ts";
import { readLines } from "./parts/folders.ts";
import { runImport, runOurs, runReference } from "./parts/programs.ts";
import { startReceiver } from "./parts/receiver.ts";
import { SeedApi } from "./seed/api.ts";
import { seedDatasets } from "./seed/datasets.ts";
import { seedKeysAndValues, seedLifecycles, seedPointOrder } from "./seed/experiments.ts";
import { type RealMlflow, startRealMlflow } from "./parts/servers.ts";

let baseDir: string;
let server: RealMlflow;

Deno.test.beforeAll(async () => {
  baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  server = await startRealMlflow("2.22.5");
  const api = new SeedApi(server.url);
  await seedKeysAndValues(api);
  await seedPointOrder(api);
  await seedLifecycles(api);
  await seedDatasets(api);
});

Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await Deno.remove(baseDir, { recursive: true });
});

Deno.test("--no-include-schema-profile leaves the same keys out as the reference does", async () => {
  const args = ["--no-include-schema-profile", "--no-import-to-kiroframe"];
  const [ours, reference] = await Promise.all([
    runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours 1"), args }),
    runReference({ trackingUrl: server.url, baseDir: join(baseDir, "reference 1"), args }),
  ]);
  assert.deepEqual([ours.exitCode, reference.exitCode], [0, 0], ours.said + reference.said);
  assert.deepEqual([ours.calls, reference.calls], [[], []]);
  const runs = (await readLines(reference.folder, "runs.json")).map(mendRunLine);
  assertSameLines(await readLines(ours.folder, "runs.json"), runs, "runs.json");
  const datasets = "experiments_runs_datasets.json";
  assertSameLines(await readLines(ours.folder, datasets), await readLines(reference.folder, datasets), datasets);
  assert.ok(!runs.join().includes('"schema"'));
});

Deno.test("variables do what flags do, and --no-export-models still imports, where the reference ends", async () => {
  const env = {
    EXPORT_MODELS: "no",
    INCLUDE_SCHEMA_PROFILE: "off",
    EXP_PAGE_SIZE: "2",
    RUN_PAGE_SIZE: "3",
  };
  const [ours, reference] = await Promise.all([
    runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours 2"), env }),
    runReference({ trackingUrl: server.url, baseDir: join(baseDir, "reference 2"), env }),
  ]);
  assert.equal(ours.exitCode, 0, ours.said);
  // The fault: it sends all but the models, and ends for want of models.json.
  assert.notEqual(reference.exitCode, 0);
  assert.match(reference.said, /models\.json/);
  const idsOf = (calls: typeof ours.calls, type: number): string[] =>
    calls.map(({ body }) => JSON.parse(body.replaceAll(": NaN", ": null")))
      .filter((body) => body.import_type === type)
      .map(({ line }) => `${line.experiment_id} ${line.run_id}`);
  assert.deepEqual(idsOf(ours.calls, 1), idsOf(reference.calls, 1));
  assert.deepEqual(idsOf(ours.calls, 3), []);
  // Experiments go side by side; inside each the reference's order holds.
  const byExperiment = (ids: string[]): string[] => ids.sort((left, right) => parseInt(left) - parseInt(right));
  assert.deepEqual(byExperiment(idsOf(ours.calls, 2)), byExperiment(idsOf(reference.calls, 2)));
  assert.ok(idsOf(ours.calls, 2).length > 20);
});

Deno.test("a refused row is recorded, the rest goes on and a later import sends it; the reference ends there", async () => {
  let refuses = true;
  const isRefused = (body: string): boolean => refuses && body.includes('"mlflow.runName": "every text"');
  const answer = ({ body }: { body: string }): Response | undefined =>
    isRefused(body) ? Response.json({ error: "no" }, { status: 400 }) : undefined;
  await using receiver = startReceiver(answer);
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours 3"), receiver });
  assert.equal(ours.exitCode, 3, ours.said);
  const refused = ours.calls.filter(({ body }) => isRefused(body)).map(({ body }) => body);
  assert.equal(refused.length, 1);
  assert.equal(JSON.parse(ours.calls.at(-1)?.body ?? "").import_type, 3);
  await using theirs = startReceiver(answer);
  const reference = await runReference({
    trackingUrl: server.url,
    baseDir: join(baseDir, "reference 3"),
    receiver: theirs,
  });
  assert.notEqual(reference.exitCode, 0);
  assert.ok(isRefused(reference.calls.at(-1)?.body ?? ""));
  assert.ok(reference.calls.length < ours.calls.length);
  refuses = false;
  const again = await runImport(ours.folder, receiver);
  assert.equal(again.exitCode, 0, again.said);
  assert.deepEqual(again.calls.map(({ body }) => body), refused);
});

Deno.test("429, 500 and 503 are tried again, and each row is taken once", async () => {
  const statuses = [429, 500, 503];
  const seen = new Set<string>();
  const taken: string[] = [];
  await using receiver = startReceiver(({ body }) => {
    if (seen.has(body) || seen.size >= statuses.length) {
      taken.push(body);
      return undefined;
    }
    const status = statuses[seen.size] as number;
    seen.add(body);
    return new Response("later", { status, headers: { "retry-after": "0" } });
  });
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours 4"), receiver });
  assert.equal(ours.exitCode, 0, ours.said);
  assert.equal(taken.length, new Set(taken).size);
  assert.equal(ours.calls.length, taken.length + statuses.length);
});

Deno.test("a model named with a quote is exported, where it ends the reference", async () => {
  const name = 'it\'s a "model"';
  await new SeedApi(server.url).post("registered-models/create", { name });
  await new SeedApi(server.url).post("model-versions/create", { name, source: "s3://bucket/model" });
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours 5") });
  const reference = await runReference({ trackingUrl: server.url, baseDir: join(baseDir, "reference 5") });
  assert.equal(ours.exitCode, 0, ours.said);
  assert.notEqual(reference.exitCode, 0);
  assert.deepEqual(reference.calls, []);
  const [model] = JSON.parse(ours.calls.at(-1)?.body ?? "").line;
  assert.deepEqual([model.name, model.latest_versions.length], [name, 1]);
});
