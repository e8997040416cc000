import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderState } from "../../../lib/folder/state.ts";
import { Ledger } from "../../../lib/kiroframe/ledger/mod.ts";
import { readLedger } from "../../../lib/report/read/sent.ts";

async function withState(
  fill: (state: FolderState) => void,
  check: (path: string, state: FolderState) => void,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "report-sent-"));
  try {
    const path = join(folder, ".state.sqlite");
    const state = new FolderState(path);
    fill(state);
    check(path, state);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const TARGET = {
  kiroframeUrl: "https://kiroframe.example",
  sourceId: "0123456789",
  profilingToken: "hunter2",
  now: () => new Date(Date.UTC(2026, 10, 28)),
};

Deno.test("readLedger() tells what each Kiroframe acknowledged, and why rows failed, by reason", async () => {
  await withState((state) => {
    const ledger = new Ledger(state.database, TARGET);
    ledger.acknowledge({ importType: 1, rowId: "1", hash: "h" }, 200);
    for (const rowId of ["a", "b"]) ledger.acknowledge({ importType: 2, rowId, hash: "h" }, 200);
    for (const rowId of ["run-c", "run-d", "run-e", "run-f"]) {
      ledger.fail({ importType: 2, rowId, hash: "h" }, { httpStatus: 422, words: `Run ${rowId} has hunter2` });
    }
    ledger.fail({ importType: 3, rowId: "models", hash: "h" }, { httpStatus: null, words: "no answer" });
    state.close();
  }, (path) => {
    const { targets: [target], unreadable } = readLedger(path, (text) => text.replaceAll("hunter2", "***"));
    assert.equal(unreadable, null);
    assert.equal(target?.url, "https://kiroframe.example");
    assert.deepEqual([...target?.rows ?? []], [
      ["experiments", { acknowledged: 1, failed: 0 }],
      ["runs", { acknowledged: 2, failed: 4 }],
      ["models", { acknowledged: 0, failed: 1 }],
    ]);
    assert.equal(target?.lastAt, "2026-11-28T00:00:00.000Z");
    assert.deepEqual(target?.failures, [
      { what: "run", reason: "Run … has ***", httpStatus: 422, count: 4, examples: ["run-c", "run-d", "run-e"] },
      { what: "model", reason: "no answer", httpStatus: null, count: 1, examples: ["models"] },
    ]);
  });
});

Deno.test("readLedger() knows nothing of a folder that was not sent, or has no state", async () => {
  await withState((state) => state.close(), (path) => {
    assert.deepEqual(readLedger(path, String), { targets: [], unreadable: null });
    assert.deepEqual(readLedger(`${path}.missing`, String), { targets: [], unreadable: null });
  });
});

Deno.test("readLedger() says why it cannot read, and throws nothing, while another process works on the folder", async () => {
  await withState((state) => state.keep("a", 1), (path, state) => {
    try {
      const { targets, unreadable } = readLedger(path, String);
      assert.deepEqual(targets, []);
      assert.match(unreadable ?? "", /locked/);
    } finally {
      state.close();
    }
  });
});
