import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../lib/errors.ts";
import { silentLogger } from "../../lib/logger.ts";
import { MLFLOW, type MlflowOptions } from "../../lib/mlflow/mod.ts";
import { experimentMeta, makeFolder } from "./store/files/folder.ts";

function options(trackingUrl: string, registryUri: string): MlflowOptions {
  const env = { MLFLOW_REGISTRY_URI: registryUri };
  return { trackingUrl, env, logger: silentLogger, experimentPageSize: 1, runPageSize: 1, concurrency: 1 };
}

Deno.test("MLFLOW_REGISTRY_URI names a store of its own for registered models", async () => {
  using folder = makeFolder({
    "runs/1/meta.yaml": experimentMeta("1"),
    "runs/models/here/meta.yaml": "name: here\n",
    "registry/models/there/meta.yaml": "name: there\n",
  });
  const runs = join(folder.root, "runs");
  const namesFor = async (registryUri: string): Promise<unknown> => {
    const address = await MLFLOW.locate(options(runs, registryUri));
    assert.equal(address.identity.displayUrl, runs);
    const source = await address.connect();
    const experiments = await Array.fromAsync(source.experiments());
    const models = await source.models();
    await source.close();
    return [experiments.map(({ id }) => id), models.map(({ name }) => name)];
  };
  assert.deepEqual(await namesFor(join(folder.root, "registry")), [["1"], ["there"]]);
  assert.deepEqual(await namesFor(""), [["1"], ["here"]]);
  assert.deepEqual(await namesFor(runs), [["1"], ["here"]]);
});

Deno.test("MLFLOW_REGISTRY_URI that cannot be read is a usage error which names it", async () => {
  using folder = makeFolder({ "1/meta.yaml": experimentMeta("1") });
  await assert.rejects(MLFLOW.locate(options(folder.root, "databricks-all")), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /MLFLOW_REGISTRY_URI "databricks-all"/);
    return true;
  });
  const address = await MLFLOW.locate(options(folder.root, join(folder.root, "none")));
  await assert.rejects(address.connect(), UsageError);
});
