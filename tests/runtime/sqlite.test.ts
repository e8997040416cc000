import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openDatabase } from "../../lib/runtime/sqlite.ts";

Deno.test("openDatabase() makes a file that the next opening reads, and leaves the process's warnings alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sqlite-"));
  const { emitWarning } = process;
  try {
    const path = join(folder, "state.sqlite");
    const first = openDatabase(path);
    first.exec("CREATE TABLE kept (value TEXT); INSERT INTO kept VALUES ('a')");
    first.close();
    const second = openDatabase(path);
    assert.equal(second.prepare("SELECT value FROM kept").get()?.["value"], "a");
    second.close();
    assert.equal(process.emitWarning, emitWarning);
    assert.throws(() => openDatabase(folder));
    assert.equal(process.emitWarning, emitWarning);
  } finally {
    await rm(folder, { recursive: true });
  }
});
