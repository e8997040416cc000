import assert from "node:assert/strict";
import { type Fault, FaultPlan, matchShare } from "../../sandbox/faults.ts";

Deno.test("FaultPlan.next() gives the first fault that matches, as often as it is meant", () => {
  const plan = new FaultPlan<number, Fault<number, string>>([
    { match: (number) => number > 1, times: 2, action: "twice" },
    { action: "always" },
  ]);
  assert.deepEqual([1, 2, 3, 4].map((number) => plan.next(number)?.action), ["always", "twice", "twice", "always"]);
  assert.equal(plan.next(1, ({ action }) => action === "twice"), undefined);
});

Deno.test("matchShare() strikes about its share, the same requests for the same seed", () => {
  const strikes = (share: number, seed: number): number[] =>
    Array.from({ length: 10_000 }, (_, index) => index + 1).filter((number) => matchShare(share, seed)({ number }));
  assert.deepEqual(strikes(0.02, 7), strikes(0.02, 7));
  assert.notDeepEqual(strikes(0.02, 7), strikes(0.02, 8));
  const count = strikes(0.02, 7).length;
  assert.ok(count > 150 && count < 250, `${count} of 10,000`);
  assert.deepEqual([strikes(0, 1).length, strikes(1, 1).length], [0, 10_000]);
});
