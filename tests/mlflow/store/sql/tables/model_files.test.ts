import assert from "node:assert/strict";
import { join } from "node:path";
import { loggedModel } from "../../../../source/fake_source.ts";
import { sourceFor } from "../../../rest/sandbox_source.ts";
import { createTables } from "../world_database.ts";

Deno.test("modelFiles() of a database lists a model's files where the database says that they are, whatever the model tells", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(join(folder, "m-1", "data"), { recursive: true });
    await Deno.writeTextFile(join(folder, "m-1", "data", "w.bin"), "bytes");
    const database = createTables(join(folder, "mlflow.db"), "3.17.2");
    database.exec("pragma foreign_keys = off");
    database.prepare(
      "insert into logged_models (model_id, experiment_id, name, artifact_location, creation_timestamp_ms, " +
        "last_updated_timestamp_ms, status, lifecycle_stage) values ('m-1', 1, 'alone', ?, 1, 1, 2, 'active')",
    ).run(join(folder, "m-1"));
    database.close();
    const { source } = await sourceFor(`sqlite:///${join(folder, "mlflow.db")}`);
    const files = await source.extras?.modelFiles?.(loggedModel("m-1", { artifactLocation: "[redacted]" })) ?? [];
    assert.deepEqual(files.map(({ path, size }) => [path, size]), [["data/w.bin", 5]]);
    await source.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
