import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, RefusedError } from "../../../lib/errors.ts";
import { mergeExports } from "../../../lib/export/merge.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import type { Logger } from "../../../lib/logger.ts";
import { evaluationDatasetRow, scorerRow, webhookRow } from "../../../lib/shapes/evaluation.ts";
import type { EvaluationDataset, EvaluationRecord, Extras } from "../../../lib/source/mod.ts";
import { privateSource } from "../../../lib/source/privacy.ts";
import { experiment, fakeSource, type FakeWorld, run } from "../../source/fake_source.ts";
import { exportAnew, resume, withBase } from "../exports.ts";

const FILES = ["evaluation_datasets.json", "scorers.json", "webhooks.json"];

function record(id: string): EvaluationRecord {
  return {
    id,
    inputs: { question: "who?", id: 9_007_199_254_740_993n },
    outputs: null,
    expectations: { score: 0.5 },
    tags: { keep: "who?", drop: "x" },
    source: null,
    sourceType: "HUMAN",
    sourceId: null,
    created: 1,
    lastUpdated: 2,
    createdBy: null,
    lastUpdatedBy: null,
  };
}

function dataset(id: string, failure?: Error): EvaluationDataset {
  return {
    id,
    name: `who? ${id}`,
    digest: "abc",
    tags: new Map([["b", "2"], ["a", "1"], ["drop", "x"]]),
    schema: null,
    profile: '{"num_records": 2}',
    created: 1_700_000_000_000,
    lastUpdated: 1_700_000_000_001,
    createdBy: "me",
    lastUpdatedBy: null,
    experimentIds: () => Promise.resolve(["2", "1"]),
    async *records(): AsyncGenerator<EvaluationRecord> {
      yield await Promise.resolve(record("dr-1"));
      if (failure !== undefined) throw failure;
      yield record("dr-2");
    },
  };
}

const IDS = ["3", "2", "1"];

function world(extras: Extras = {}): FakeWorld {
  return {
    experiments: IDS.map((id) => experiment(id, { name: `name ${id}` })),
    runs: [run("a")],
    extras: {
      evaluationDatasets: () => Promise.resolve([dataset("d-2"), dataset("d-1")]),
      scorers: (experiments) =>
        Promise.resolve(
          ["1", "3", "2"].filter((id) => experiments.some((one) => one.id === id)).flatMap((id) =>
            ["polite", "ä"].toReversed().map((name) => ({
              experimentId: id,
              name,
              versions: [{ version: 2, serialized: "{}", created: 5 }, { version: 1, serialized: "who?", created: 4 }],
            }))
          ),
        ),
      webhooks: () =>
        Promise.resolve([{
          id: "w-1",
          name: "hook",
          description: "",
          url: "https://host/who?",
          events: ["prompt.created", "model_version.created"],
          status: "ACTIVE",
          created: 6,
          lastUpdated: 7,
        }]),
      ...extras,
    },
  };
}

async function textOf(path: string, name: string): Promise<string> {
  return await readFile(join(path, name), "utf8").catch(() => "");
}

// deno-lint-ignore no-explicit-any -- JSON, as it is
async function rowsOf(path: string, name: string): Promise<any[]> {
  return (await textOf(path, name)).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

async function extrasOf(path: string): Promise<unknown> {
  return JSON.parse(await textOf(path, "summary.json")).extras;
}

Deno.test("exportSource() writes evaluation datasets, scorers and webhooks, each in its order, as their shapes say", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, world());
    const datasets = await rowsOf(path, "evaluation_datasets.json");
    assert.deepEqual(datasets.map(({ dataset_id: id }) => id), ["d-1", "d-2"]);
    for (const row of datasets) evaluationDatasetRow.parse(row);
    assert.match(
      (await textOf(path, "evaluation_datasets.json")).split("\n")[0] ?? "",
      /^\{"dataset_id": "d-1", "name": "who\? d-1", "digest": "abc", "tags": \{"a": "1", "b": "2", "drop": "x"\}, .*"experiment_ids": \["1", "2"\], "records": \[\{"record_id": "dr-1", "inputs": \{"question": "who\?", "id": 9007199254740993\}.*\}, \{.*\}\]\}$/,
    );
    const scorers = await rowsOf(path, "scorers.json");
    for (const row of scorers) scorerRow.parse(row);
    assert.deepEqual(
      scorers.map((row) => [row.experiment_id, row.experiment_name, row.name]),
      IDS.flatMap((id) => ["polite", "ä"].map((name) => [id, `name ${id}`, name])),
    );
    const [webhook] = await rowsOf(path, "webhooks.json");
    webhookRow.parse(webhook);
    assert.deepEqual(webhook.events, ["model_version.created", "prompt.created"]);
    assert.deepEqual(await extrasOf(path), {
      evaluation_datasets: { found: 2, exported: 2 },
      scorers: { found: 6, exported: 6 },
      webhooks: { found: 1, exported: 1 },
    });
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() writes no file of what there is not, and says what the source does not tell", () =>
  withBase(async (base) => {
    const warnings: string[] = [];
    const ignore = (): void => {};
    const logger: Logger = { debug: ignore, info: ignore, warn: (text) => void warnings.push(text), error: ignore };
    const none = { evaluationDatasets: () => Promise.resolve([]), scorers: () => Promise.resolve(null) };
    const path = await exportAnew(base, world({ ...none, webhooks: () => Promise.resolve(null) }), { logger });
    for (const name of FILES) assert.equal(await textOf(path, name), "", name);
    const untold = { found: null, exported: 0 };
    assert.deepEqual(await extrasOf(path), { scorers: untold, webhooks: untold });
    assert.deepEqual(warnings, ["Not exported: scorers, if there are any, webhooks, if there are any"]);
  }));

Deno.test("exportSource() keeps what it read of a dataset whose records fail, counts it, and --resume brings the rest", () =>
  withBase(async (base) => {
    const failing = {
      evaluationDatasets: () => Promise.resolve([dataset("d-1", new AppError("secret")), dataset("d-2")]),
    };
    const redact = (text: string): string => text.replaceAll("secret", "***");
    const path = await exportAnew(base, world(failing), { redact });
    const rows = await rowsOf(path, "evaluation_datasets.json");
    assert.deepEqual(rows.map(({ records, records_error: error }) => [records.length, error]), [[1, "***"], [
      2,
      undefined,
    ]]);
    for (const row of rows) evaluationDatasetRow.parse(row);
    const error = "the records of 1 of 2 could not be read";
    const { evaluation_datasets: counts } = await extrasOf(path) as Record<string, unknown>;
    assert.deepEqual(counts, { found: 2, exported: 2, error });
    assert.deepEqual((await verifyFolder(path)).problems, []);
    await resume(path, world(), { redact });
    assert.deepEqual((await rowsOf(path, "evaluation_datasets.json")).map(({ records }) => records.length), [2, 2]);
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() ends where the login is not taken over records, and leaves no half file", () =>
  withBase(async (base) => {
    const refused = new RefusedError("login not taken");
    const world_ = world({ evaluationDatasets: () => Promise.resolve([dataset("d-1", refused)]) });
    await assert.rejects(exportAnew(base, world_), refused);
    const [folder = ""] = await Array.fromAsync(Deno.readDir(base), ({ name }) => name);
    assert.equal(await textOf(join(base, folder), "evaluation_datasets.json"), "");
  }));

Deno.test("privateSource() blackens evaluation datasets, scorers and webhooks, and leaves tags out", async () => {
  const rules = { redact: ["who"], excludeTags: ["drop"], excludeParams: [] };
  const { extras = {} } = privateSource(fakeSource(world()), rules);
  const [first] = await extras.evaluationDatasets?.() ?? [];
  assert.deepEqual([first?.name, [...first?.tags.keys() ?? []]], ["[redacted]? d-2", ["b", "a"]]);
  const [one] = await Array.fromAsync(first?.records() ?? []);
  assert.deepEqual([one?.inputs, one?.tags], [
    { question: "[redacted]?", id: 9_007_199_254_740_993n },
    { keep: "[redacted]?" },
  ]);
  const scorers = await extras.scorers?.([experiment("1")]) ?? [];
  assert.equal(scorers[0]?.versions[1]?.serialized, "[redacted]?");
  assert.equal((await extras.webhooks?.())?.[0]?.url, "https://host/[redacted]?");
  assert.deepEqual(await first?.experimentIds(), ["2", "1"]);
});

Deno.test("mergeExports() gives evaluation datasets, scorers and webhooks as one export does", () =>
  withBase(async (base) => {
    const whole = await exportAnew(base, world());
    const parts = [];
    for (const index of [1, 2]) parts.push(await exportAnew(base, world(), { shard: { index, count: 2 } }));
    const shards = await Promise.all(parts.map((path) => ExportFolder.open(path)));
    const target = await ExportFolder.create(base);
    await mergeExports(shards, target);
    for (const folder of [...shards, target]) await folder.close();
    for (const name of FILES) assert.equal(await textOf(target.path, name), await textOf(whole, name), name);
    assert.deepEqual(await extrasOf(target.path), await extrasOf(whole));
    assert.deepEqual((await verifyFolder(target.path)).problems, []);
  }));
