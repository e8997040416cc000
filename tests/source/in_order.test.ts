import assert from "node:assert/strict";
import { byCreation, inOrder } from "../../lib/source/in_order.ts";

async function* listing(...items: number[]): AsyncGenerator<number> {
  for (const item of items) yield await Promise.resolve(item);
}

Deno.test("inOrder() gives the items of all listings in one order", async () => {
  const listings = [listing(9, 5, 1), listing(), listing(8, 7, 6), listing(10)];
  assert.deepEqual(await Array.fromAsync(inOrder(listings, (a, b) => b - a)), [10, 9, 8, 7, 6, 5, 1]);
});

Deno.test("inOrder() ends all listings when nobody asks for more", async () => {
  let ended = 0;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (let item = 0;; item++) yield await Promise.resolve(item);
    } finally {
      ended++;
    }
  }
  for await (const _ of inOrder([endless(), endless()], (a, b) => a - b)) break;
  assert.equal(ended, 2);
});

Deno.test("byCreation() puts the newest first, and equal ones by id", () => {
  const sorted = [["b", 1], ["a", 1], ["c", 2]].map(([id, created]) => ({ id: `${id}`, created: Number(created) }));
  assert.deepEqual(sorted.sort(byCreation).map(({ id }) => id), ["c", "a", "b"]);
});
