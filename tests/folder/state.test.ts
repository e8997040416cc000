import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, UsageError } from "../../lib/errors.ts";
import { FolderInUseError, FolderState } from "../../lib/folder/state.ts";

async function withState(test: (path: string) => Promise<void> | void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "state-"));
  try {
    await test(join(folder, "state.sqlite"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("FolderState.dropSpool() gives the spool's space on the disk back", () =>
  withState(async (path) => {
    const full = new FolderState(path);
    for (let run = 0; run < 2000; run++) {
      full.addRun({ runId: String(run), startTime: run, cells: [["params.text", "x".repeat(500)]] });
    }
    full.commit({ lengths: {}, progress: null });
    full.close();
    assert.ok((await stat(path)).size > 1_000_000);
    const state = new FolderState(path);
    state.dropSpool();
    state.close();
    assert.ok((await stat(path)).size < 100_000);
  }));

Deno.test("FolderState gives each run of the spool and each entry of the manifest once, in their order, however many", () =>
  withState((path) => {
    const state = new FolderState(path);
    const runs = Array.from({ length: 1001 }, (_, i) => ({
      runId: `run ${(i * 7919) % 1001}`,
      // Some hundreds at one moment, one beyond 2^53.
      startTime: i === 500 ? 2n ** 60n : BigInt((i * 31) % 3),
      cells: [],
    }));
    for (const run of runs) state.addRun(run);
    for (let i = 0; i < 1001; i++) state.addManifestRow({ entry: String(i), files: i % 2 === 0 ? `files ${i}` : null });
    state.commit({ lengths: {}, progress: null });
    const expected = runs.toSorted((a, b) =>
      a.startTime === b.startTime ? (a.runId < b.runId ? -1 : 1) : a.startTime < b.startTime ? 1 : -1
    );
    assert.deepEqual([...state.spooledRuns()], expected);
    assert.equal([...state.runsInOrder()].length, 1001);
    const rows = Array.from({ length: 1001 }, (_, i) => [String(i), i % 2 === 0 ? `files ${i}` : null]);
    assert.deepEqual([...state.manifestRows()].map(({ entry, files }) => [entry, files]), rows);
    state.close();
  }));

Deno.test("FolderState says that a file is damaged, which one to remove, and that importing again is safe", () =>
  withState(async (path) => {
    await writeFile(path, "x");
    assert.throws(() => new FolderState(path), (error: unknown) => {
      assert.ok(error instanceof AppError && !(error instanceof UsageError));
      assert.match(error.message, /^Cannot read .*state\.sqlite, the folder's memory .*: it is damaged \(/);
      assert.match(error.hint ?? "", /^Remove that file: .* safe, for Kiroframe updates/);
      return true;
    });
    await rm(path);
    new FolderState(path).close();
  }));

Deno.test("FolderState begins anew where only what belonged to a removed file is left", () =>
  withState(async (path) => {
    const first = new FolderState(path);
    first.keep("a", 1);
    await rm(path);
    const names = await readdir(join(path, ".."));
    assert.deepEqual(names, ["state.sqlite-wal"]);
    const second = new FolderState(path);
    assert.equal(second.kept("a"), undefined);
    second.close();
    first.close();
  }));

Deno.test("FolderState is held by one process at a time", () =>
  withState((path) => {
    const first = new FolderState(path);
    assert.throws(() => new FolderState(path), FolderInUseError);
    first.close();
    new FolderState(path).close();
  }));
