import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, open, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  checkDatabase,
  closeAndRemove,
  execute,
  formOf,
  isDatabaseError,
  openDatabase,
  readDatabase,
} from "../../lib/runtime/sqlite.ts";

async function withFolder(test: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sqlite-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

/** A database of some 2 MB. */
function fill(path: string): void {
  const database = openDatabase(path);
  execute(database, "CREATE TABLE rows (value TEXT)", "BEGIN");
  const insert = database.prepare("INSERT INTO rows VALUES (?)");
  for (let row = 0; row < 2000; row++) insert.run("x".repeat(1000));
  execute(database, "COMMIT");
  database.close();
}

Deno.test("openDatabase() makes a file that the next opening reads, and leaves the process's warnings alone", () =>
  withFolder((folder) => {
    const { emitWarning } = process;
    const path = join(folder, "state.sqlite");
    const first = openDatabase(path);
    execute(first, "CREATE TABLE kept (value TEXT)", "INSERT INTO kept VALUES ('a')", "PRAGMA user_version = 7");
    first.close();
    const second = openDatabase(path);
    assert.equal(second.prepare("SELECT value FROM kept").get()?.["value"], "a");
    assert.equal(formOf(second), 7);
    second.close();
    assert.equal(process.emitWarning, emitWarning);
    assert.throws(() => openDatabase(folder));
    assert.equal(process.emitWarning, emitWarning);
  }));

Deno.test("openDatabase() takes no other file for a database, however short it is, and an empty one for a new database", () =>
  withFolder(async (folder) => {
    const path = join(folder, "other");
    for (const text of ["x", "SQLite", "x".repeat(99), "x".repeat(10_000)]) {
      await writeFile(path, text);
      assert.ok(isDatabaseError(thrownBy(() => openDatabase(path)), "damaged"), text);
      assert.equal((await stat(path)).size, text.length);
    }
    await writeFile(path, "");
    openDatabase(path).close();
  }));

Deno.test("checkDatabase() passes a whole database, and no damaged one, wherever the damage is", () =>
  withFolder(async (folder) => {
    const path = join(folder, "whole.sqlite");
    fill(path);
    const whole = openDatabase(path);
    checkDatabase(whole);
    whole.close();
    const { size } = await stat(path);
    const damages = [
      (): Promise<void> => truncate(path, size - 100_000),
      async (): Promise<void> => {
        const file = await open(path, "r+");
        await file.write(new Uint8Array(8192).fill(65), 0, 8192, size - 40_960);
        await file.close();
      },
    ];
    for (const damage of damages) {
      await rm(path);
      fill(path);
      await damage();
      const database = openDatabase(path);
      assert.ok(isDatabaseError(thrownBy(() => checkDatabase(database)), "damaged"));
      database.close();
    }
  }));

Deno.test("isDatabaseError() tells by SQLite's code whether another process holds a database", () =>
  withFolder((folder) => {
    const path = join(folder, "state.sqlite");
    const [holder, other] = [openDatabase(path), openDatabase(path)];
    execute(holder, "CREATE TABLE kept (value TEXT)", "BEGIN IMMEDIATE");
    const error = thrownBy(() => execute(other, "INSERT INTO kept VALUES ('database disk image is malformed')"));
    assert.ok(isDatabaseError(error) && isDatabaseError(error, "busy"));
    assert.ok(!isDatabaseError(error, "damaged") && !isDatabaseError(error, "full"));
    const wrong = thrownBy(() => execute(other, "the database is locked"));
    assert.ok(isDatabaseError(wrong) && !isDatabaseError(wrong, "busy"));
    for (const no of [new Error("database is locked"), { code: "EBUSY" }, null, undefined, "locked"]) {
      assert.ok(!isDatabaseError(no));
    }
    // A code that says more has the primary one in its lowest byte: SQLITE_IOERR_WRITE.
    assert.ok(isDatabaseError(Object.assign(new Error(), { code: "ERR_SQLITE_ERROR", errcode: 778 }), "disk"));
    other.close();
    holder.close();
  }));

Deno.test("readDatabase() leaves the folder of a database in WAL mode as it was", () =>
  withFolder(async (folder) => {
    const path = join(folder, "state.sqlite");
    const writer = openDatabase(path);
    execute(writer, "PRAGMA journal_mode = WAL", "CREATE TABLE kept (value TEXT)", "INSERT INTO kept VALUES ('x')");
    writer.close();
    const values = (): unknown =>
      readDatabase(path, (database) => database.prepare("SELECT value FROM kept").all().length);
    assert.equal(values(), 1);
    assert.deepEqual(await readdir(folder), ["state.sqlite"]);
    assert.throws(() => readDatabase(path, () => assert.fail("no")), /no/);
    assert.deepEqual(await readdir(folder), ["state.sqlite"]);
  }));

Deno.test("closeAndRemove() removes files while the database is open, and on Windows, which cannot, when it is closed", () =>
  withFolder((folder) => {
    for (const platform of ["linux", "win32"]) {
      const path = join(folder, `${platform}.sqlite`);
      const database = openDatabase(path);
      execute(database, "CREATE TABLE t (a)");
      const { close } = database;
      let isThere: boolean | undefined;
      database.close = (): void => {
        isThere = existsSync(path);
        close.call(database);
      };
      closeAndRemove(database, [path, join(folder, "none")], platform);
      assert.deepEqual([isThere, existsSync(path), database.isOpen], [platform === "win32", false, false]);
    }
  }));
