import assert from "node:assert/strict";
import { World } from "../../../../sandbox/world/mod.ts";
import type { Extras } from "../../../../lib/source/mod.ts";
import { experiment } from "../../../source/fake_source.ts";
import { type SandboxSource, startSource } from "../sandbox_source.ts";

function world({ datasets = 0, records = 0, scorers = 0, webhooks = 0 }): World {
  const world = new World();
  for (let number = 0; number < datasets; number++) {
    world.evaluationDatasets.push({
      id: `d-${number}`,
      name: `dataset ${number}`,
      digest: "abc",
      tags: new Map([["team", "ä"]]),
      createdTime: 1_000 + number,
      experimentIds: ["2", "1"],
      records: Array.from({ length: records }, (_, index) => ({
        dataset_record_id: `dr-${String(index).padStart(6, "0")}`,
        created_time: 5_000,
        last_update_time: 5_001,
        inputs: { question: index },
        outputs: index === 0 ? "plain" : undefined,
        tags: { "mlflow.user": "me" },
        source_type: "HUMAN",
      })),
    });
  }
  for (let number = 0; number < 2; number++) world.addExperiment({ id: `${number + 1}`, name: `${number}` });
  for (let number = 0; number < scorers; number++) {
    world.scorers.push({
      id: `${number}`,
      experimentId: `${1 + number % 2}`,
      name: `scorer ${number}`,
      versions: Array.from(
        { length: 1 + number },
        (_, version) => ({ serialized: `{"v": ${version}}`, created: version }),
      ),
    });
  }
  for (let number = 0; number < webhooks; number++) {
    const url = "https://user:pass@host/hook?x=1";
    world.webhooks.push({ id: `${number}`, name: "hook", url, events: [["PROMPT", "CREATED"]], created: number });
  }
  return world;
}

function calls({ server }: SandboxSource, end: string): number {
  return server.requests.filter(({ path }) => path.endsWith(end)).length;
}

const EXPERIMENTS = [experiment("1"), experiment("2")];

async function all({ evaluationDatasets, scorers, webhooks }: Extras): Promise<(number | undefined)[]> {
  const lists = [await evaluationDatasets?.(), await scorers?.(EXPERIMENTS), await webhooks?.()];
  return lists.map((list) => list === null ? -1 : list?.length);
}

Deno.test("evaluationDatasets() lists all pages; experiments and records are asked for when they are wanted", async () => {
  await using started = await startSource({ world: world({ datasets: 120, records: 450 }) });
  const datasets = await started.source.extras?.evaluationDatasets?.() ?? [];
  assert.equal(new Set(datasets.map(({ id }) => id)).size, 120);
  const dataset = datasets.find(({ id }) => id === "d-7");
  assert.ok(dataset !== undefined);
  assert.deepEqual(
    [dataset.name, dataset.digest, [...dataset.tags], dataset.schema, dataset.created],
    ["dataset 7", "abc", [["team", "ä"]], null, 1_007],
  );
  assert.equal(calls(started, "/records") + calls(started, "/experiment-ids"), 0);
  assert.deepEqual(await dataset.experimentIds(), ["2", "1"]);
  const records = await Array.fromAsync(dataset.records());
  assert.deepEqual(
    records.map(({ inputs }) => inputs),
    Array.from({ length: 450 }, (_, index) => ({ question: index })),
  );
  assert.deepEqual(records[0], {
    id: "dr-000000",
    inputs: { question: 0 },
    outputs: "plain",
    expectations: null,
    tags: { "mlflow.user": "me" },
    source: null,
    sourceType: "HUMAN",
    sourceId: null,
    created: 5_000,
    lastUpdated: 5_001,
    createdBy: null,
    lastUpdatedBy: null,
  });
  assert.equal(calls(started, "/records"), 3);
});

Deno.test("scorers() takes one call, and one more for each scorer that has older versions", async () => {
  await using started = await startSource({ world: world({ scorers: 3 }) });
  const scorers = await started.source.extras?.scorers?.([experiment("1")]) ?? [];
  assert.deepEqual(scorers.map(({ name, versions }) => [name, versions.map(({ version }) => version)]), [
    ["scorer 0", [1]],
    ["scorer 2", [3, 2, 1]],
  ]);
  assert.deepEqual(scorers[1]?.versions[0], { version: 3, serialized: '{"v": 2}', created: 2 });
  assert.deepEqual([calls(started, "/scorers/list"), calls(started, "/scorers/versions")], [1, 1]);
});

Deno.test("scorers() asks a server that wants an experiment for each of a hundred, and of more it tells nothing", async () => {
  await using started = await startSource({ world: world({ scorers: 3 }) });
  started.server.setFaults([{
    match: ({ path, query }) => path.endsWith("/scorers/list") && !query.has("experiment_id"),
    action: { kind: "status", status: 400, body: '{"error_code": "INVALID_PARAMETER_VALUE", "message": "Missing"}' },
  }]);
  const { scorers } = started.source.extras ?? {};
  assert.equal((await scorers?.(EXPERIMENTS))?.length, 3);
  assert.equal(calls(started, "/scorers/list"), 3);
  assert.equal(await scorers?.(Array.from({ length: 101 }, (_, number) => experiment(`${number}`))), null);
  assert.equal(calls(started, "/scorers/list"), 4);
});

Deno.test("scorers() asks for none of a deleted experiment, which MLflow refuses to tell", async () => {
  await using started = await startSource({ world: world({ scorers: 2 }) });
  const { scorers } = started.source.extras ?? {};
  assert.deepEqual(await scorers?.([experiment("2", { lifecycleStage: "deleted" })]), []);
  assert.equal(calls(started, "/scorers/list"), 0);
});

Deno.test("webhooks() tells no user, no password and no secret", async () => {
  await using started = await startSource({ world: world({ webhooks: 60 }) });
  const webhooks = await started.source.extras?.webhooks?.() ?? [];
  assert.equal(webhooks.length, 60);
  assert.deepEqual(webhooks.at(-1), {
    id: "0",
    name: "hook",
    description: "",
    url: "https://host/hook?x=1",
    events: ["prompt.created"],
    status: "ACTIVE",
    created: 0,
    lastUpdated: 0,
  });
});

Deno.test("what is closed to an account is not told, what a release or a store cannot have is none, and nobody insists", async () => {
  await using started = await startSource({ world: world({ datasets: 1, scorers: 1, webhooks: 1 }) });
  const { extras = {} } = started.source;
  assert.deepEqual(await all(extras), [1, 1, 1]);
  const answer = (status: number, body: string): void =>
    started.server.setFaults(["datasets/search", "scorers/list", "webhooks"].map((end) => ({
      match: ({ path }) => path.endsWith(end),
      action: { kind: "status", status, body },
    })));
  answer(403, "Permission denied");
  assert.deepEqual(await all(extras), [-1, -1, -1]);
  answer(404, "<!doctype html>\n<title>404 Not Found</title>");
  assert.deepEqual(await all(extras), [0, 0, 0]);
  answer(500, '{"error_code": "FEATURE_DISABLED", "message": "search_datasets is not supported with FileStore."}');
  assert.deepEqual(await all(extras), [0, 0, 0]);
  const before = started.server.requests.length;
  // A server whose store is a folder crashes over scorers and webhooks.
  answer(500, "<!doctype html>\n<title>500 Internal Server Error</title>");
  assert.deepEqual(await all(extras), [-1, -1, -1]);
  assert.equal(started.server.requests.length - before, 6);
  answer(500, '{"error_code": "INTERNAL_ERROR", "message": "no such table"}');
  await assert.rejects(all(extras), { status: 500 });
});
