import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../lib/errors.ts";
import { runVerify } from "../../lib/jobs/verify.ts";
import { openDatabase } from "../../lib/runtime/sqlite.ts";
import { withFolder } from "../export/artifact_files.ts";
import { KEPT } from "../versions/kept.ts";

/** A folder of version 0.1.0, whose state is in WAL mode. */
async function keptFolder(base: string, name: string): Promise<string> {
  const folder = join(base, name);
  await cp(join(KEPT, "0.1.0", name), folder, { recursive: true });
  return folder;
}

Deno.test("runVerify() writes nothing, whether the folder's last process ended well or was killed", () =>
  withFolder(async (base) => {
    const folder = await keptFolder(base, "half-sent");
    const before = await readdir(folder);
    assert.equal((await runVerify(folder)).unsent.length, 1);
    assert.deepEqual(await readdir(folder), before);
    // What a killed process leaves: its last words in the log beside the database.
    const writer = openDatabase(join(folder, ".state.sqlite"));
    writer.prepare("UPDATE kiroframe_rows SET status = 'failed'").run();
    const killed = join(base, "killed");
    await cp(folder, killed, { recursive: true, filter: (path) => !path.endsWith("-shm") });
    writer.close();
    const names = await readdir(killed);
    assert.ok(names.includes(".state.sqlite-wal"));
    assert.match((await runVerify(killed)).unsent[0] ?? "", /it has 0 of 4 experiments/);
    assert.deepEqual(await readdir(killed), names);
  }));

Deno.test("runVerify() says of artifacts without a record of them that they were not looked at", () =>
  withFolder(async (base) => {
    const { problems, artifacts, unrecordedRuns, rows } = await runVerify(await keptFolder(base, "finished-artifacts"));
    assert.deepEqual([problems, artifacts, unrecordedRuns], [[], null, rows["artifacts_manifest.json"]]);
    assert.ok(unrecordedRuns > 0);
  }));

Deno.test("runVerify() rejects where there is no folder", async () => {
  await assert.rejects(runVerify("/nonexistent/folder"), UsageError);
});
