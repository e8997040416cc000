import assert from "node:assert/strict";
import { Limiter, type Slot } from "../../lib/http/limiter.ts";

/** Takes places and remembers who got one, in order. */
function takers(limiter: Limiter): { take: (name: string, priority?: number) => void; got: Map<string, Slot> } {
  const got = new Map<string, Slot>();
  return { got, take: (name, priority = 0) => void limiter.acquire({ priority }).then((slot) => got.set(name, slot)) };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

Deno.test("Limiter.acquire() gives no more places than there are, then in order of arrival", async () => {
  const limiter = new Limiter({ max: 2 });
  const { take, got } = takers(limiter);
  for (const name of "abcd") take(name);
  await settle();
  assert.deepEqual([...got.keys()], ["a", "b"]);
  assert.equal(limiter.active, 2);
  got.get("b")!.release();
  got.get("b")!.release();
  await settle();
  assert.deepEqual([...got.keys()], ["a", "b", "c"]);
  for (const slot of got.values()) slot.release();
  await settle();
  assert.deepEqual([...got.keys()], ["a", "b", "c", "d"]);
});

Deno.test("Limiter.acquire() serves a higher priority first", async () => {
  const limiter = new Limiter({ max: 1 });
  const { take, got } = takers(limiter);
  take("first");
  take("low", -1);
  take("normal");
  take("high", 1);
  take("high too", 1);
  for (const name of ["first", "high", "high too", "normal", "low"]) {
    await settle();
    assert.equal([...got.keys()].at(-1), name);
    got.get(name)!.release();
  }
});

Deno.test("Limiter.acquire() rejects with the signal's reason while waiting and gives the place to the next", async () => {
  const limiter = new Limiter({ max: 1 });
  const slot = await limiter.acquire();
  const controller = new AbortController();
  const waiting = limiter.acquire({ signal: controller.signal });
  const next = limiter.acquire();
  controller.abort(new Error("stop"));
  await assert.rejects(waiting, { message: "stop" });
  slot.release();
  (await next).release();
  await assert.rejects(limiter.acquire({ signal: AbortSignal.abort(new Error("before")) }), { message: "before" });
  assert.equal(limiter.active, 0);
});

Deno.test("Slot.overloaded() halves the places, down to one", async () => {
  const limiter = new Limiter();
  const limits = [limiter.limit];
  for (let index = 0; index < 4; index++) {
    const slot = await limiter.acquire();
    slot.overloaded();
    limits.push(limiter.limit);
    slot.release();
  }
  assert.deepEqual(limits, [8, 4, 2, 1, 1]);
});

Deno.test("Slot.overloaded() halves once for calls that were in flight together", async () => {
  const limiter = new Limiter();
  const slots = await Promise.all(Array.from({ length: 8 }, () => limiter.acquire()));
  for (const slot of slots) slot.overloaded();
  assert.equal(limiter.limit, 4);
  for (const slot of slots) slot.succeeded();
  assert.equal(limiter.limit, 4);
  for (const slot of slots) slot.release();
});

Deno.test("Slot.succeeded() adds one place for as many successes as there are places, up to the maximum", async () => {
  const limiter = new Limiter({ max: 4 });
  (await limiter.acquire()).overloaded();
  const limits: number[] = [];
  for (let index = 0; index < 9; index++) {
    const slot = await limiter.acquire();
    slot.succeeded();
    slot.release();
    limits.push(limiter.limit);
  }
  assert.deepEqual(limits, [2, 3, 3, 3, 4, 4, 4, 4, 4]);
});

Deno.test("Limiter.acquire() lets calls in flight end after a decrease before it gives places again", async () => {
  const limiter = new Limiter({ max: 4 });
  const slots = await Promise.all(Array.from({ length: 4 }, () => limiter.acquire()));
  const { take, got } = takers(limiter);
  take("next");
  slots[0]!.overloaded();
  slots[0]!.release();
  slots[1]!.release();
  await settle();
  assert.equal(got.size, 0);
  slots[2]!.release();
  await settle();
  assert.equal(got.size, 1);
});
