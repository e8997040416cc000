import assert from "node:assert/strict";
import { Lab, runProgram } from "./run_program.ts";

Deno.test("sync exports and imports, then takes over what is unchanged, and keeps so many folders", async () => {
  await using lab = await Lab.open();
  const sync = (...flags: string[]): ReturnType<typeof runProgram> =>
    runProgram(["sync", ...lab.exportFlags, ...lab.importFlags, "--keep", "1", ...flags]);
  const first = await sync();
  assert.equal(first.code, 0, first.stderr);
  assert.equal(lab.kiroframe.runs.size, 4);
  const sent = lab.kiroframe.requestCount;
  const second = await sync();
  assert.equal(second.code, 0, second.stderr);
  // One of the demo's four runs is still going.
  assert.match(second.stdout, /Synced: 4 runs listed, 3 unchanged, 1 read, 1 older folder removed/);
  assert.equal(lab.kiroframe.requestCount, sent);
  assert.equal((await lab.folders()).length, 1);
  assert.match((await sync("--full")).stdout, /Synced: 4 runs listed, 0 unchanged, 4 read/);
});

Deno.test("sync refuses an age that is none, and what it decides by itself", async () => {
  await using lab = await Lab.open();
  const flags = ["sync", ...lab.exportFlags, ...lab.importFlags];
  const age = await runProgram([...flags, "--full-every", "soon"]);
  assert.equal(age.code, 2);
  assert.match(age.stderr, /Cannot use --full-every "soon": expected a time such as 36h, 7d or 4w/);
  assert.equal((await runProgram([...flags, "--resume", "latest"])).code, 2);
  assert.deepEqual(await lab.folders(), []);
});
