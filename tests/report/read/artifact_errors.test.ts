import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArtifactErrors } from "../../../lib/report/read/artifact_errors.ts";
import { pythonJson } from "../../../lib/json/python.ts";

Deno.test("readArtifactErrors() finds the runs whose artifacts failed, whatever the words", async () => {
  const folder = await mkdtemp(join(tmpdir(), "report-artifacts-"));
  try {
    const path = join(folder, "artifacts_manifest.json");
    await writeFile(
      path,
      pythonJson([
        { run_id: "a", artifacts_path: "/a" },
        { run_id: 'b"', artifacts_error: 'refused\n"artifacts_error": "x", \\' },
        { run_id: "c", artifacts_error: "gone" },
      ], 2),
    );
    const found: [string, string][] = [];
    await readArtifactErrors(path, (id, reason) => found.push([id, reason]));
    assert.deepEqual(found, [['b"', 'refused\n"artifacts_error": "x", \\'], ["c", "gone"]]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
