/**
 * What MLflow 3 has besides runs: a server of a release, filled by MLflow's own client, and every file held against what that client
 * says of the same server.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExport } from "../parts/folders.ts";
import type { Json } from "../parts/json.ts";
import { type Outcome, runOurs } from "../parts/programs.ts";
import { type RealMlflow, startRealMlflow } from "../parts/servers.ts";
import { venvPython } from "../parts/venvs.ts";

/** Tests one release. */
export function testBesidesRuns(version: "3.1.4" | "3.5.1" | "3.10.1" | "3.17.2"): void {
  Deno.test(`what MLflow ${version} has besides runs is exported as its own client tells it`, async (t) => {
    await using server = await startRealMlflow(version, { workers: 1, env: WEBHOOKS });
    await checkBesidesRuns(server, t);
  });
}

/** Fills a fresh server and holds what is exported of it, and of its store, against what its client says. */
export async function checkBesidesRuns(server: RealMlflow, t: Deno.TestContext): Promise<void> {
  const { version } = server;
  await using stack = new AsyncDisposableStack();
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  await runClient(server, "seed");
  const told = JSON.parse(await runClient(server, "tell"));
  const exported = async (name: string, trackingUrl: string, args: readonly string[] = []): Promise<Outcome> => {
    const ours = await runOurs({
      trackingUrl,
      baseDir: join(baseDir, name),
      args: ["--no-import-to-kiroframe", ...args],
    });
    assert.equal(ours.exitCode, 0, ours.said);
    return ours;
  };
  const { folder, said } = await exported("server", server.url);
  const summary = JSON.parse(await readExport(folder, "summary.json"));

  await t.step("logged_models.json has every logged model", async () => {
    const models = (await linesOf(folder, "logged_models.json")).map((line) => JSON.parse(line));
    assert.equal(told.logged_models.length, 5);
    assert.deepEqual(models.map(asClientTells), told.logged_models);
    assert.deepEqual(summary.extras.logged_models, { found: 5, exported: 5 });
    const forest = models.findLast(({ metrics }) => metrics.length > 0);
    assert.deepEqual(forest.registered_versions, [{ name: "registered", version: "1" }]);
  });

  await t.step("prompts.json has every prompt with all its versions", async () => {
    const prompts = JSON.parse(await readExport(folder, "prompts.json"));
    assert.equal(told.prompts.length, 3);
    assert.deepEqual(prompts.map(promptAsClientTells), told.prompts);
    assert.deepEqual(summary.extras.prompts, { found: told.prompts.length, exported: told.prompts.length });
  });

  await t.step(
    "evaluation_datasets.json, scorers.json and webhooks.json have what there is, secrets apart",
    async () => {
      const tellers = {
        evaluation_datasets: datasetAsClientTells,
        scorers: scorerAsClientTells,
        webhooks: (row: Json) => row,
      };
      for (const [kind, asTold] of Object.entries(tellers)) {
        const count: number = told[kind].length;
        const expected = count === 0 ? undefined : { found: count, exported: count };
        assert.deepEqual(summary.extras[kind], expected, kind);
        const lines = count === 0 ? [] : await linesOf(folder, `${kind}.json`);
        assert.deepEqual(lines.map((line) => asTold(JSON.parse(line))), told[kind], kind);
      }
      if (version === "3.17.2" || version === "3.10.1") {
        assert.deepEqual(["evaluation_datasets", "scorers", "webhooks"].map((kind) => told[kind].length), [3, 2, 1]);
      }
      for await (const { name, isFile } of Deno.readDir(folder)) {
        if (isFile) assert.ok(!(await readExport(folder, name)).includes("webhook-secret"), name);
      }
      assert.doesNotMatch(said, /webhook-secret/);
    },
  );

  await t.step("what is only counted is told: in summary.json, and as not exported", () => {
    assert.deepEqual(summary.extras.traces, { found: 9, exported: 0 });
    assert.match(said, /Not exported: 9 traces \(--export-traces exports them\)\n/);
  });

  await t.step("traces.jsonl has every trace, spans and all", async () => {
    const traced = await exported("traces", server.url, ["--export-traces", "--trace-spans", "--experiment", "*"]);
    const rows = (await linesOf(traced.folder, "traces.jsonl")).map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map(traceAsClientTells),
      Object.keys(told.traces).toSorted((a, b) => Number(b) - Number(a)).flatMap((id) => told.traces[id]),
    );
    const { extras } = JSON.parse(await readExport(traced.folder, "summary.json"));
    assert.deepEqual(extras.traces, { found: 9, exported: 9 });
  });

  await t.step("the same bytes come from the database", async () => {
    const store = await exported("store", server.store);
    const counts = JSON.parse(await readExport(store.folder, "summary.json")).extras;
    assert.deepEqual(counts, summary.extras);
    const files = [...["evaluation_datasets", "scorers", "webhooks"].filter((kind) => told[kind].length > 0)];
    for (const name of ["logged_models.json", "prompts.json", ...files.map((kind) => `${kind}.json`)]) {
      assert.equal(await readExport(store.folder, name), await readExport(folder, name), name);
    }
  });
}

/** What a server needs to take a webhook to itself. */
export const WEBHOOKS = { MLFLOW_WEBHOOK_ALLOWED_SCHEMES: "http", MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: "true" };

/** Without what the client does not tell. */
function asClientTells(row: Record<string, unknown>): Record<string, unknown> {
  const { creation_timestamp_iso: _iso, experiment_name: _name, registered_versions: _of, ...told } = row;
  return told;
}

/** The source of a record as the client tells it is an object of its own. */
function datasetAsClientTells({ created_iso: _iso, records, ...dataset }: Json): unknown {
  return { ...dataset, records: records.map(({ source: _source, ...record }: Json) => record) };
}

function scorerAsClientTells({ experiment_name: _name, versions, ...scorer }: Json): unknown {
  const instructions = (text: string): string => JSON.parse(text).instructions_judge_pydantic_data.instructions;
  return { ...scorer, versions: versions.map((one: Json) => [one.version, instructions(one.serialized_scorer)]) };
}

function promptAsClientTells({ created: _created, last_updated: _updated, versions, ...prompt }: Json): unknown {
  return {
    ...prompt,
    versions: versions.map((version: Json) => {
      const { type: _type, response_format: _format, model_config: _config, last_updated: _at, ...told } = version;
      return told;
    }),
  };
}

/** Values of assessments and spans as the client makes them of what it is sent. */
function traceAsClientTells({ experiment_name: _name, request_time_iso: _iso, ...row }: Json): unknown {
  return {
    ...row,
    assessments: row.assessments.map(({ assessment_name, feedback, expectation, rationale }: Json) => [
      assessment_name,
      feedback?.value ?? expectation?.value ?? JSON.parse(expectation?.serialized_value?.value ?? "null"),
      rationale ?? null,
    ]),
    spans: row.spans.map(({ name, attributes }: Json) => [
      name,
      JSON.parse(attributes["mlflow.spanInputs"] ?? "null"),
      JSON.parse(attributes["mlflow.spanOutputs"] ?? "null"),
    ]),
  };
}

async function linesOf(folder: string, name: string): Promise<string[]> {
  return (await readExport(folder, name)).trimEnd().split("\n");
}

async function runClient({ version, url }: RealMlflow, command: string): Promise<string> {
  const output = await new Deno.Command(await venvPython(`mlflow-${version}`), {
    args: [fileURLToPath(new URL("../python/mlflow3.py", import.meta.url)), command, url],
    env: { MLFLOW_DISABLE_TELEMETRY: "true", PYTHONWARNINGS: "ignore" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.ok(output.success, new TextDecoder().decode(output.stderr));
  return new TextDecoder().decode(output.stdout);
}
