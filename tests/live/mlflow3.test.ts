/**
 * What MLflow 3 has besides runs: servers of four releases, filled by MLflow's own client, and every file held against what that client
 * says of the same server.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExport } from "./parts/folders.ts";
import { type Outcome, runOurs } from "./parts/programs.ts";
import { type RealMlflow, startRealMlflow } from "./parts/servers.ts";
import { venvPython } from "./parts/venvs.ts";

const VERSIONS = ["3.1.4", "3.5.1", "3.10.1", "3.17.2"] as const;

for (const version of VERSIONS) {
  Deno.test(`what MLflow ${version} has besides runs is exported as its own client tells it`, async (t) => {
    await using server = await startRealMlflow(version, { workers: 1, env: WEBHOOKS });
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
    const { folder } = await exported("server", server.url);
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
      assert.equal(told.prompts.length, version === "3.1.4" ? 2 : 3);
      assert.deepEqual(prompts.map(promptAsClientTells), told.prompts);
      assert.deepEqual(summary.extras.prompts, { found: told.prompts.length, exported: told.prompts.length });
    });

    await t.step("the same bytes come from the database", async () => {
      const store = await exported("store", server.store);
      for (const name of ["logged_models.json", "prompts.json"]) {
        assert.equal(await readExport(store.folder, name), await readExport(folder, name), name);
      }
    });
  });
}

/** What a server needs to take a webhook to itself. */
const WEBHOOKS = { MLFLOW_WEBHOOK_ALLOWED_SCHEMES: "http", MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: "true" };

/** Without what the client does not tell. */
function asClientTells(row: Record<string, unknown>): Record<string, unknown> {
  const { creation_timestamp_iso: _iso, experiment_name: _name, registered_versions: _of, ...told } = row;
  return told;
}

// deno-lint-ignore no-explicit-any -- JSON of ours
function promptAsClientTells({ created: _created, last_updated: _updated, versions, ...prompt }: any): unknown {
  return {
    ...prompt,
    // deno-lint-ignore no-explicit-any -- JSON of ours
    versions: versions.map((version: any) => {
      const { type: _type, response_format: _format, model_config: _config, last_updated: _at, ...told } = version;
      return told;
    }),
  };
}

async function linesOf(folder: string, name: string): Promise<string[]> {
  return (await readExport(folder, name)).trimEnd().split("\n");
}

async function runClient({ version, url }: RealMlflow, command: string): Promise<string> {
  const output = await new Deno.Command(await venvPython(`mlflow-${version}`), {
    args: [fileURLToPath(new URL("python/mlflow3.py", import.meta.url)), command, url],
    env: { MLFLOW_DISABLE_TELEMETRY: "true", PYTHONWARNINGS: "ignore" },
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert.ok(output.success, new TextDecoder().decode(output.stderr));
  return new TextDecoder().decode(output.stdout);
}
