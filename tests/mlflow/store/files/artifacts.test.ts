import assert from "node:assert/strict";
import { loggedModel } from "../../../source/fake_source.ts";
import { makeFolder, readerOf, STORE } from "./folder.ts";

Deno.test("listModelArtifacts() lists a model's files beside it, wherever they were; one that is not there has none", async () => {
  using folder = makeFolder({
    ...STORE,
    "1/models/m-1/meta.yaml":
      "model_id: m-1\nexperiment_id: '1'\nname: alone\nlifecycle_stage: active\nartifact_location: /elsewhere/m-1\n",
    "1/models/m-1/artifacts/data/w.bin": "bytes",
  });
  const { modelFiles } = readerOf(folder).reader.extras ?? {};
  const files = await modelFiles?.(loggedModel("m-1")) ?? [];
  assert.deepEqual(files.map(({ path, size }) => [path, size]), [["data/w.bin", 5]]);
  assert.deepEqual(await modelFiles?.(loggedModel("m-2")), []);
});
