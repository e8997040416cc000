import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnreachableError } from "../../../lib/errors.ts";
import { SyncMemory } from "../../../lib/jobs/sent/sync_memory.ts";
import { silentLogger } from "../../../lib/logger.ts";

const ROWS = { experiments: ["e"], runs: ["a", "b"] };

async function withBase(test: (base: string) => Promise<void>): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), "sync-memory-"));
  try {
    await test(base);
  } finally {
    await rm(base, { recursive: true });
  }
}

Deno.test("SyncMemory tells what was sent once and is gone, from one opening to the next", () =>
  withBase(async (base) => {
    const first = await SyncMemory.open(base, "sync", { logger: silentLogger });
    assert.deepEqual(first.remember("http://k", ROWS), { experiments: [], runs: [] });
    await first.close();
    const second = await SyncMemory.open(base, "sync", { logger: silentLogger });
    assert.deepEqual(second.remember("http://k/", { experiments: ["e"], runs: ["b"] }), {
      experiments: [],
      runs: ["a"],
    });
    await second.close();
  }));

Deno.test("SyncMemory leaves nothing of itself where nothing was kept, and is one process's at a time", () =>
  withBase(async (base) => {
    const below = join(base, "not", "there");
    const memory = await SyncMemory.open(below, "sync", { logger: silentLogger });
    await assert.rejects(SyncMemory.open(below, "sync", { logger: silentLogger }), UnreachableError);
    await memory.close();
    assert.deepEqual(await readdir(base), []);
  }));

Deno.test("SyncMemory puts a damaged file aside, says so, and begins anew", () =>
  withBase(async (base) => {
    const path = join(base, ".sync.sqlite");
    for (const content of ["x", "x".repeat(10_000)]) {
      await writeFile(path, content);
      const warnings: string[] = [];
      const logger = { ...silentLogger, warn: (message: string): void => void warnings.push(message) };
      const memory = await SyncMemory.open(base, "sync", { logger });
      memory.remember("http://k", ROWS);
      await memory.close();
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? "",
        /\.sync\.sqlite is damaged \(.*\) and was put aside as .*\.damaged: what was deleted/,
      );
    }
  }));
