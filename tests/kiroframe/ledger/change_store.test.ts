import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, UsageError } from "../../../lib/errors.ts";
import { openChangeStore } from "../../../lib/kiroframe/ledger/change_store.ts";
import { silentLogger } from "../../../lib/logger.ts";
import { execute, formOf, openDatabase } from "../../../lib/runtime/sqlite.ts";
import { VERSION } from "../../../lib/version.ts";

const TARGET = { kiroframeUrl: "http://k", sourceId: "0123456789", profilingToken: "t" };
const ROW = { importType: 2, rowId: "r", hash: "h" } as const;

async function withBase(test: (base: string) => Promise<void>): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), "store-"));
  try {
    await test(base);
  } finally {
    await rm(base, { recursive: true });
  }
}

/** Opens a store, and returns what it warned of. */
async function open(base: string): Promise<{ readonly path: string; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const store = openChangeStore(base, TARGET, { ...silentLogger, warn: (message) => void warnings.push(message) });
  store.ledger.acknowledge(ROW, 200);
  store.close();
  const [name = ""] = (await readdir(base)).filter((found) => found.endsWith(".sqlite"));
  assert.match(name, /^acknowledged_0123456789_[0-9a-f]{8}\.sqlite$/);
  return { path: join(base, name), warnings };
}

/** A file whose last page is overwritten. */
function holed(whole: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(whole);
  copy.fill(65, copy.length - 4096);
  return copy;
}

Deno.test("openChangeStore() keeps what was acknowledged from one opening to the next", () =>
  withBase(async (base) => {
    await open(base);
    const store = openChangeStore(base, { ...TARGET, kiroframeUrl: "http://k/" }, silentLogger);
    assert.ok(store.ledger.isAcknowledged(ROW));
    store.close();
  }));

Deno.test("openChangeStore() puts a damaged file aside, says that sending again is safe, and begins a new one", () =>
  withBase(async (base) => {
    const { path } = await open(base);
    const store = openChangeStore(base, TARGET, silentLogger);
    for (let row = 0; row < 1000; row++) store.ledger.acknowledge({ ...ROW, rowId: String(row) }, 200);
    store.close();
    const whole = await readFile(path);
    // The last: damage that no statement meets before the row that lies there is asked for.
    for (const content of ["x", "x".repeat(10_000), whole.subarray(0, 6000), holed(whole)]) {
      await writeFile(path, content);
      const { warnings } = await open(base);
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? "",
        /\.sqlite is damaged \(.*\) and was put aside as .*\.sqlite\.damaged: .* is safe/,
      );
      assert.deepEqual(await readFile(`${path}.damaged`), Buffer.from(content));
      assert.deepEqual((await open(base)).warnings, []);
    }
  }));

Deno.test("openChangeStore() refuses a file of a later version, and leaves it as it is", () =>
  withBase(async (base) => {
    const { path } = await open(base);
    const database = openDatabase(path);
    assert.equal(formOf(database), 1);
    execute(database, "PRAGMA user_version = 99");
    database.close();
    assert.throws(() => openChangeStore(base, TARGET, silentLogger), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.endsWith(`: a later kiroframe-importer has worked on it, and this is ${VERSION}`));
      return true;
    });
    const after = openDatabase(path);
    assert.equal(formOf(after), 99);
    after.close();
  }));

Deno.test("openChangeStore() says that it cannot write where it cannot", () =>
  withBase((base) => {
    assert.throws(
      () => openChangeStore(join(base, "none"), TARGET, silentLogger),
      (error) => error instanceof AppError && /^Cannot write .*acknowledged_/.test(error.message),
    );
    return Promise.resolve();
  }));
