import assert from "node:assert/strict";
import { join } from "node:path";
import { experiment } from "../../../../source/fake_source.ts";
import { sourceFor } from "../../../rest/sandbox_source.ts";
import { createTables } from "../world_database.ts";

const RECORDS = 450;

async function withStore(check: (trackingUrl: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "mlflow.db");
    const database = createTables(path, "3.17.2");
    database.exec(`
      pragma foreign_keys = off;
      insert into evaluation_datasets (dataset_id, name, digest, created_time, last_update_time, created_by, workspace) values
        ('d-1', 'questions', 'abc', 1, 2, 'me', 'default'), ('d-2', 'elsewhere', 'abc', 1, 2, 'me', 'team');
      insert into evaluation_dataset_tags values ('d-1', 'team', 'ä'), ('d-2', 'team', 'b');
      insert into entity_associations (association_id, source_type, source_id, destination_type, destination_id) values
        ('a-1', 'evaluation_dataset', 'd-1', 'experiment', '2'), ('a-2', 'evaluation_dataset', 'd-1', 'experiment', '1'),
        ('a-3', 'evaluation_dataset', 'd-1', 'run', 'r'), ('a-4', 'evaluation_dataset', 'd-2', 'experiment', '3');
      insert into scorers values (1, 'polite', 's-1'), (2, 'short', 's-2');
      insert into scorer_versions values ('s-1', 1, '{"v": 1}', 10), ('s-1', 2, '{"v": 2}', 20), ('s-2', 1, '{}', 30);
      insert into webhooks (webhook_id, name, url, status, secret, creation_timestamp, last_updated_timestamp, deleted_timestamp) values
        ('w-1', 'hook', 'https://user:pass@host/hook', 'DISABLED', 'never told', 1, 2, null),
        ('w-2', 'gone', 'https://host/gone', 'ACTIVE', 'never told', 1, 2, 3);
      insert into webhook_events values ('w-1', 'registered_model', 'created'), ('w-2', 'prompt', 'created');
    `);
    const insert = database.prepare(
      "insert into evaluation_dataset_records (dataset_record_id, dataset_id, inputs, outputs, tags, source_type, " +
        "created_time, last_update_time, input_hash) values (?, 'd-1', ?, ?, '{\"t\": \"1\"}', 'HUMAN', ?, 7, ?)",
    );
    database.exec("begin");
    for (let index = RECORDS - 1; index >= 0; index--) {
      const outputs = index === 0
        ? '{"mlflow_wrapped": "plain"}'
        : index === 1
        ? '{"answer": 12345678901234567890}'
        : null;
      insert.run(
        `dr-${String(index).padStart(4, "0")}`,
        `{"n": ${index}}`,
        outputs,
        Math.floor(index / 100),
        `${index}`,
      );
    }
    database.exec("commit");
    database.close();
    await check(`sqlite:///${path}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readDatasets() gives those of the workspace, with records in the server's order", () =>
  withStore(async (trackingUrl) => {
    const { source } = await sourceFor(trackingUrl);
    const datasets = await source.extras?.evaluationDatasets?.() ?? [];
    assert.deepEqual(
      datasets.map(({ id, name, tags, createdBy, schema }) => [id, name, [...tags], createdBy, schema]),
      [["d-1", "questions", [["team", "ä"]], "me", null]],
    );
    const [dataset] = datasets;
    assert.ok(dataset !== undefined);
    assert.deepEqual((await dataset.experimentIds()).toSorted(), ["1", "2"]);
    const records = await Array.fromAsync(dataset.records());
    assert.deepEqual(records.map(({ inputs }) => inputs), Array.from({ length: RECORDS }, (_, n) => ({ n })));
    assert.deepEqual(records.slice(0, 3).map(({ outputs }) => outputs), [
      "plain",
      { answer: 12345678901234567890n },
      null,
    ]);
    const { tags, source: origin, sourceType, lastUpdated } = records[5] ?? assert.fail();
    assert.deepEqual([tags, origin, sourceType, lastUpdated], [{ t: "1" }, null, "HUMAN", 7]);
    await source.close();
  }));

Deno.test("readScorers() gives those of experiments that are there, all versions, newest first", () =>
  withStore(async (trackingUrl) => {
    const { source } = await sourceFor(trackingUrl);
    const experiments = [experiment("1"), experiment("2", { lifecycleStage: "deleted" })];
    assert.deepEqual(await source.extras?.scorers?.(experiments), [{
      experimentId: "1",
      name: "polite",
      versions: [{ version: 2, serialized: '{"v": 2}', created: 20 }, {
        version: 1,
        serialized: '{"v": 1}',
        created: 10,
      }],
    }]);
    await source.close();
  }));

Deno.test("readWebhooks() gives those that were not deleted, without password and secret", () =>
  withStore(async (trackingUrl) => {
    const { source } = await sourceFor(trackingUrl);
    assert.deepEqual(await source.extras?.webhooks?.(), [{
      id: "w-1",
      name: "hook",
      description: "",
      url: "https://host/hook",
      events: ["registered_model.created"],
      status: "DISABLED",
      created: 1,
      lastUpdated: 2,
    }]);
    await source.close();
  }));
