import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Ledger, type LedgerTarget } from "../../../lib/kiroframe/ledger/mod.ts";

const target: LedgerTarget = { kiroframeUrl: "http://k", sourceId: "cc2d16ea7d", profilingToken: "one" };

function open(database = new DatabaseSync(":memory:"), more: Partial<LedgerTarget> = {}): Ledger {
  return new Ledger(database, { ...target, ...more, now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)) });
}

Deno.test("Ledger.isAcknowledged() is true for exactly the version that was acknowledged", () => {
  const ledger = open();
  const row = { importType: 2, rowId: "r", hash: "h1" } as const;
  assert.equal(ledger.isAcknowledged(row), false);
  ledger.acknowledge(row, 200);
  assert.equal(ledger.isAcknowledged(row), true);
  assert.equal(ledger.isAcknowledged({ ...row, hash: "h2" }), false);
  assert.equal(ledger.isAcknowledged({ ...row, importType: 1 }), false);
  assert.equal(ledger.isAcknowledged({ ...row, rowId: "other" }), false);
});

Deno.test("Ledger.fail() takes the acknowledgement back and keeps why, when and how often", () => {
  const ledger = open();
  const row = { importType: 2, rowId: "r", hash: "h1" } as const;
  ledger.acknowledge(row, 204);
  ledger.fail({ ...row, hash: "h2" }, { httpStatus: null, words: "no answer" });
  assert.equal(ledger.isAcknowledged(row), false);
  assert.deepEqual(ledger.entry(2, "r"), {
    importType: 2,
    rowId: "r",
    hash: "h2",
    status: "failed",
    httpStatus: null,
    words: "no answer",
    at: "2026-01-02T03:04:05.006Z",
    attempts: 2,
  });
  ledger.acknowledge({ ...row, hash: "h2" }, 200);
  assert.deepEqual([ledger.entry(2, "r")?.words, ledger.entry(2, "r")?.attempts], ["", 3]);
  assert.equal(ledger.entry(1, "r"), undefined);
});

Deno.test("Ledger.fail() cuts a server's long words", () => {
  const ledger = open();
  ledger.fail({ importType: 2, rowId: "r", hash: "" }, { httpStatus: 500, words: "x".repeat(10_000) });
  assert.equal(ledger.entry(2, "r")?.words.length, 2000);
});

Deno.test("Ledger.counts() and failures() tell rows apart by type and state, however many there are", () => {
  const ledger = open();
  for (let number = 0; number < 2500; number++) {
    const row = { importType: 2, rowId: `r${String(number).padStart(4, "0")}`, hash: "" } as const;
    if (number % 5 === 0) ledger.acknowledge(row, 200);
    else ledger.fail(row, { httpStatus: 422, words: "no" });
  }
  ledger.fail({ importType: 3, rowId: "models", hash: "" }, { httpStatus: 413, words: "" });
  assert.deepEqual(ledger.counts(2), { acknowledged: 500, failed: 2000 });
  assert.deepEqual(ledger.counts(1), { acknowledged: 0, failed: 0 });
  const failures = [...ledger.failures()];
  assert.equal(failures.length, 2001);
  assert.deepEqual([failures[0]?.rowId, failures[1999]?.rowId, failures[2000]?.rowId], ["r0001", "r2499", "models"]);
});

Deno.test("Ledger keeps addresses, sources and accounts apart, and ignores one trailing slash", () => {
  const database = new DatabaseSync(":memory:");
  const row = { importType: 1, rowId: "1", hash: "h" } as const;
  open(database).acknowledge(row, 200);
  assert.equal(open(database, { kiroframeUrl: "http://k/" }).isAcknowledged(row), true);
  for (const other of [{ kiroframeUrl: "http://other" }, { sourceId: "other" }, { profilingToken: "two" }]) {
    const ledger = open(database, other);
    assert.equal(ledger.isAcknowledged(row), false, JSON.stringify(other));
    assert.deepEqual(ledger.counts(1), { acknowledged: 0, failed: 0 });
    assert.deepEqual([...ledger.failures()], []);
  }
});

Deno.test("Ledger never writes the token", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ledger-test-"));
  const database = new DatabaseSync(join(folder, "state"));
  const profilingToken = "51b10959-3e3b-4ab3-bff8-18dfb57de104";
  open(database, { profilingToken });
  const account = database.prepare("SELECT * FROM kiroframe_targets").all();
  database.close();
  await rm(folder, { recursive: true });
  assert.equal(JSON.stringify(account).includes(profilingToken), false);
  assert.match(String(account[0]?.["account"]), /^[0-9a-f]{8}$/);
});

Deno.test("Ledger has each row on disk when the call returns, whatever becomes of the process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ledger-test-"));
  const path = join(folder, "state");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL");
  open(database).acknowledge({ importType: 2, rowId: "r", hash: "h" }, 200);
  // A second connection sees what is committed, and nothing else.
  const other = new DatabaseSync(path);
  assert.equal(open(other).isAcknowledged({ importType: 2, rowId: "r", hash: "h" }), true);
  other.close();
  database.close();
  await rm(folder, { recursive: true });
});
