import assert from "node:assert/strict";
import { askAhead } from "../../../lib/export/order/ahead.ts";
import { AppError } from "../../../lib/errors.ts";
import type { CountedExtra, RegisteredModel, Source } from "../../../lib/source/mod.ts";
import { withChanges } from "../../../lib/source/changes.ts";
import { World } from "../../../sandbox/world/mod.ts";
import { memorySource } from "../../source/memory_source.ts";

/** A source that keeps what it was asked; webhooks cannot be counted. */
function sourceOf(): { readonly source: Source; readonly asked: string[] } {
  const asked: string[] = [];
  const source = withChanges(memorySource(new World()), {
    models(): Promise<readonly RegisteredModel[]> {
      asked.push("models");
      return Promise.resolve([]);
    },
    extras: {
      prompts: () => Promise.resolve(asked.push("prompts")).then(() => []),
      count: (kind) => {
        asked.push(kind);
        return kind === "webhooks" ? Promise.reject(new AppError("closed")) : Promise.resolve(kind.length);
      },
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
  for (const kind of ["scorers", "traces", "evaluation_datasets"] satisfies CountedExtra[]) {
    assert.equal(await extras?.count?.(kind, []), kind.length);
  }
  await ahead.settle();
  await assert.rejects(async () => await extras?.count?.("webhooks", []), /closed/);
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
