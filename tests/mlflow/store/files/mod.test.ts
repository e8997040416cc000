import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../../lib/errors.ts";
import { silentLogger } from "../../../../lib/logger.ts";
import { locateFiles } from "../../../../lib/mlflow/store/files/mod.ts";
import { experimentMeta, makeFolder } from "./folder.ts";

function locate(trackingUrl: string): ReturnType<typeof locateFiles> {
  return locateFiles({ trackingUrl, env: {}, logger: silentLogger });
}

async function refusal(trackingUrl: string): Promise<string> {
  const address = await locate(trackingUrl);
  const error = await address.connect().then(() => assert.fail(`${trackingUrl} was taken`), (error) => error);
  assert.ok(error instanceof UsageError, String(error));
  return `${error.message} (${error.hint})`;
}

Deno.test("locateFiles() takes the source's id from the URI as it was given, and shows that", async () => {
  const { identity, secrets } = await locate("./mlruns/");
  assert.deepEqual([identity.sourceId, identity.displayUrl, secrets], ["9ffd4b83cc", "./mlruns/", []]);
});

Deno.test("locateFiles() refuses a folder that MLflow did not make, in one sentence", async () => {
  using folder = makeFolder({ "a/b.txt": "x", "project/mlruns/0/meta.yaml": experimentMeta("0"), "file": "x" });
  const { root } = folder;
  assert.equal(
    await refusal(join(root, "none")),
    `Cannot read the file store ${root}/none: there is no such folder (undefined)`,
  );
  assert.equal(
    await refusal(join(root, "file")),
    `Cannot read the file store ${root}/file: it is not a folder (undefined)`,
  );
  assert.equal(
    await refusal(`file://${root}/a`),
    `Cannot read the file store ${root}/a: it holds no experiments of MLflow (Give the folder that MLflow writes to: ` +
      "it is mostly named mlruns)",
  );
  assert.equal(
    await refusal(join(root, "project")),
    `Cannot read the file store ${root}/project: it holds no experiments of MLflow (Did you mean ${root}/project/mlruns?)`,
  );
});

Deno.test("locateFiles() takes a store that is empty, has only deleted experiments or only a registry", async () => {
  using folder = makeFolder({
    "fresh/0/meta.yaml": experimentMeta("0"),
    "deleted/.trash/1/meta.yaml": experimentMeta("1"),
    "registry/models/m/meta.yaml": "name: m\n",
  });
  for (const name of ["fresh", "deleted", "registry"]) {
    const source = await (await locate(join(folder.root, name))).connect();
    assert.equal(source.version, null);
    await source.close();
  }
});
