import assert from "node:assert/strict";
import { askAhead } from "../../../lib/export/order/ahead.ts";
import { AppError } from "../../../lib/errors.ts";
import type { RegisteredModel, Source } from "../../../lib/source/mod.ts";
import { withChanges } from "../../../lib/source/changes.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { memorySource } from "../../source/memory_source.ts";

/** A source that keeps what it was asked; webhooks cannot be listed. */
function sourceOf(): { readonly source: Source; readonly asked: string[] } {
  const asked: string[] = [];
  const source = withChanges(memorySource(new World()), {
    models(): Promise<readonly RegisteredModel[]> {
      asked.push("models");
      return Promise.resolve([]);
    },
    extras: {
      prompts: () => Promise.resolve(asked.push("prompts")).then(() => []),
      scorers: () => Promise.resolve(asked.push("scorers")).then(() => []),
      countTraces: () => Promise.resolve(asked.push("traces")).then(() => 7),
      evaluationDatasets: () => Promise.resolve(asked.push("evaluation_datasets")).then(() => []),
      webhooks: () => Promise.resolve(asked.push("webhooks")).then(() => Promise.reject(new AppError("closed"))),
    },
  });
  return { source, asked };
}

Deno.test("askAhead() asks once, at once, and gives what came of it when it is wanted", async () => {
  const { source, asked } = sourceOf();
  const ahead = askAhead([], { source, exportModels: true });
  const all = ["models", "prompts", "scorers", "traces", "evaluation_datasets", "webhooks"];
  assert.deepEqual(asked, all);
  const { extras } = ahead.source;
  assert.deepEqual([await ahead.source.models(), await extras?.prompts?.()], [[], []]);
  assert.equal(await extras?.countTraces?.([]), 7);
  assert.deepEqual([await extras?.scorers?.([]), await extras?.evaluationDatasets?.()], [[], []]);
  await ahead.settle();
  await assert.rejects(async () => await extras?.webhooks?.(), /closed/);
  assert.deepEqual(asked, all);
  assert.equal(ahead.source.identity, source.identity);
});

Deno.test("askAhead() asks for nothing that is not wanted", () => {
  const second = sourceOf();
  askAhead([], { source: second.source, exportModels: true, shard: { index: 2, count: 2 } });
  assert.deepEqual(second.asked, ["scorers", "traces"]);
  const plain = sourceOf();
  askAhead([], { source: plain.source, exportModels: false, exportTraces: true, shard: { index: 2, count: 2 } });
  assert.deepEqual(plain.asked, ["scorers"]);
  const { source } = sourceOf();
  const bare = withChanges(source, { extras: undefined });
  assert.equal(askAhead([], { source: bare, exportModels: false }).source.extras, undefined);
});
