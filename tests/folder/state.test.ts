import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderState } from "../../lib/folder/state.ts";

Deno.test("FolderState.dropSpool() gives the spool's space on the disk back", async () => {
  const folder = await mkdtemp(join(tmpdir(), "state-"));
  try {
    const path = join(folder, "state.sqlite");
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
  } finally {
    await rm(folder, { recursive: true });
  }
});
