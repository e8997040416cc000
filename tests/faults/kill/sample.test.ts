/** A sample of the kill test: tests/long/kill.test.ts has its full size. */
import assert from "node:assert/strict";
import { say, SEED } from "../program.ts";
import { killAndResume } from "./exports.ts";
import { killSyncs } from "./syncs.ts";

Deno.test("5 exports and 5 imports, killed at random moments and gone on with, equal undisturbed ones", async () => {
  const count = await killAndResume({ rounds: 5, atOnce: 2 });
  say(`${count.exports} exports and ${count.imports} imports, killed ${count.kills} times, seed ${SEED}`);
  assert.equal(count.exports + count.imports, 10);
  assert.ok(count.kills >= 5, `${count.kills} kills`);
});

Deno.test("4 syncs, killed at random moments and gone on with, equal full exports and lose no row", async () => {
  const count = await killSyncs({ rounds: 4 });
  say(`${count.exports} syncs, killed ${count.kills} times, seed ${SEED}`);
  assert.ok(count.kills >= 4, `${count.kills} kills`);
});
