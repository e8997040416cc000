import assert from "node:assert/strict";
import { LongHistory } from "../../../../lib/mlflow/rest/history/long.ts";
import type { MetricPoint } from "../../../../lib/source/mod.ts";
import { series } from "./fake_histories.ts";

interface Fake {
  readonly history: LongHistory;
  readonly events: string[];
}

function fakeOf(
  pages: number,
  options: { readonly beginning?: MetricPoint[]; readonly canPrefetch?: boolean } = {},
): Fake {
  const events: string[] = [];
  async function* generate(): AsyncGenerator<MetricPoint[]> {
    try {
      for (let page = 0; page < pages; page++) {
        events.push(`ask ${page}`);
        yield await Promise.resolve(series(2, page));
      }
    } finally {
      events.push("closed");
    }
  }
  const history = new LongHistory({
    pages: generate,
    canPrefetch: true,
    onStart: () => events.push("start"),
    onEnd: (points) => events.push(`end ${points}`),
    ...options,
  });
  return { history, events };
}

Deno.test("LongHistory asks for a page ahead of its reader, and tells how many points there were", async () => {
  const { history, events } = fakeOf(3);
  for await (const page of history) events.push(`read ${page.length}`);
  assert.deepEqual(events, ["ask 0", "start", "ask 1", "read 2", "ask 2", "read 2", "closed", "read 2", "end 6"]);
});

Deno.test("LongHistory gives what was read already first", async () => {
  const { history, events } = fakeOf(1, { beginning: series(5) });
  assert.equal(history.held, 5);
  const pages = await Array.fromAsync(history);
  assert.deepEqual(pages, [series(5), series(2)]);
  assert.equal(events.at(-1), "end 7");
});

Deno.test("LongHistory.prefetch() asks for the first page only, and only where that may be", async () => {
  const { history, events } = fakeOf(3);
  history.prefetch();
  history.prefetch();
  await Promise.resolve();
  assert.deepEqual(events, ["ask 0"]);
  await history.close();
  const other = fakeOf(3, { canPrefetch: false });
  other.history.prefetch();
  assert.deepEqual(other.events, []);
});

Deno.test("LongHistory gives back what it holds when its reader goes away", async () => {
  const { history, events } = fakeOf(3);
  for await (const _page of history) break;
  assert.ok(events.includes("closed"));
  assert.ok(!events.some((event) => event.startsWith("end")));
});
