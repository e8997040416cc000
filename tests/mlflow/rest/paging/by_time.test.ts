import assert from "node:assert/strict";
import { pagesByTime, type TimePlace } from "../../../../lib/mlflow/rest/paging/by_time.ts";
import type { Page } from "../../../../lib/mlflow/rest/endpoints/wire.ts";

type Item = readonly [id: string, time: number];

/** Pages of two of what is listed, newest first, as a server gives them; what `before` does to the list comes between two calls. */
async function read(
  listed: Item[],
  before: (call: number, listed: Item[]) => void = () => {},
): Promise<{ readonly ids: string[]; readonly places: TimePlace[] }> {
  const places: TimePlace[] = [];
  const ask = (place: TimePlace): Promise<Page<Item>> => {
    before(places.push(place), listed);
    const found = listed.filter(([, time]) => place.until === undefined || time <= Number(place.until));
    const start = Number(place.token ?? 0);
    const token = start + 2 < found.length ? `${start + 2}` : undefined;
    return Promise.resolve({ items: found.slice(start, start + 2), token });
  };
  const items = pagesByTime(ask, { what: "letters", idOf: ([id]) => id, timeOf: ([, time]) => time });
  return { ids: await Array.fromAsync(items, ([id]) => id), places };
}

Deno.test("pagesByTime() gives each item once, asking from the time of the last one on", async () => {
  const { ids, places } = await read([["a", 5], ["b", 4], ["c", 3], ["d", 2]]);
  assert.deepEqual(ids, ["a", "b", "c", "d"]);
  assert.deepEqual(places, [{}, { until: 4 }, { until: 3 }]);
});

Deno.test("pagesByTime() goes on by token where more items than a page have one time", async () => {
  const { ids } = await read([["a", 5], ["b", 4], ["c", 4], ["d", 4], ["e", 4], ["f", 4], ["g", 1]]);
  assert.deepEqual(ids, ["a", "b", "c", "d", "e", "f", "g"]);
  assert.deepEqual((await read([["a", 4], ["b", 4], ["c", 4], ["d", 4]])).ids, ["a", "b", "c", "d"]);
});

Deno.test("pagesByTime() loses nothing to items that come and go meanwhile", async () => {
  const { ids } = await read([["a", 5], ["b", 4], ["c", 3], ["d", 2], ["e", 1]], (call, listed) => {
    if (call === 2) listed.splice(0, 1);
    if (call === 3) listed.unshift(["new", 9], ["newer", 10]);
  });
  assert.deepEqual(ids, ["a", "b", "c", "d", "e"]);
});
