import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { forEachLane } from "../../lib/kiroframe/lanes.ts";

Deno.test("forEachLane() begins lanes in order and keeps so many under way", async () => {
  const begun: number[] = [];
  let active = 0;
  let most = 0;
  await forEachLane([1, 2, 3, 4, 5], {
    concurrency: 2,
    async work(lane): Promise<void> {
      begun.push(lane);
      most = Math.max(most, ++active);
      await sleep(2);
      active--;
    },
  });
  assert.deepEqual(begun, [1, 2, 3, 4, 5]);
  assert.equal(most, 2);
});

Deno.test("forEachLane() begins no lane after a failure and waits for those under way", async () => {
  const log: string[] = [];
  await assert.rejects(
    forEachLane(["slow", "bad", "never"], {
      concurrency: 2,
      async work(lane): Promise<void> {
        log.push(`${lane} begins`);
        await sleep(lane === "slow" ? 20 : 1);
        if (lane === "bad") throw new Error("first");
        log.push(`${lane} ends`);
      },
    }),
    /first/,
  );
  assert.deepEqual(log, ["slow begins", "bad begins", "slow ends"]);
});

Deno.test("forEachLane() throws what was thrown first", async () => {
  const work = async (lane: number): Promise<void> => {
    await sleep(lane);
    throw new Error(`after ${lane}`);
  };
  await assert.rejects(forEachLane([20, 1], { concurrency: 2, work }), /after 1/);
});
