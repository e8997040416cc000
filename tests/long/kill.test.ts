/** The kill test in full: README, "How it is tested", has its figure. Needs no real server, but some minutes. */
import assert from "node:assert/strict";
import { killAndResume } from "../faults/kill/exports.ts";
import { killSyncs } from "../faults/kill/syncs.ts";
import { say, SEED } from "../faults/program.ts";

Deno.test("110 exports and 110 imports, killed at random moments and gone on with, equal undisturbed ones", async () => {
  const count = await killAndResume({ rounds: 110, atOnce: 2 });
  say(`${count.exports} exports and ${count.imports} imports, killed ${count.kills} times, seed ${SEED}`);
  for (const [phase, kills] of Object.entries(count.phases).sort()) say(`  ${phase}: ${kills}`);
  assert.equal(count.exports + count.imports, 220);
  assert.ok(count.kills >= 220, `${count.kills} kills`);
});

Deno.test("60 syncs, killed at random moments and gone on with, equal full exports and lose no row", async () => {
  const count = await killSyncs({ rounds: 60 });
  say(`${count.exports} syncs, killed ${count.kills} times, seed ${SEED}`);
  assert.ok(count.kills >= 60, `${count.kills} kills`);
});
