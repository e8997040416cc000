import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkArtifacts } from "../../../lib/folder/verify/artifacts.ts";
import { withFolder } from "../../export/artifact_files.ts";

async function put(path: string, text: string): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return { bytes: text.length, sha256: createHash("sha256").update(text).digest("hex") };
}

Deno.test("checkArtifacts() looks at each file, and names a run's folder once where all of it is gone", () =>
  withFolder(async (folder) => {
    const whole = { path: "a/b.txt", ...await put(join(folder, "artifacts/r1/a/b.txt"), "hello") };
    const other = { path: "c", ...await put(join(folder, "artifacts/r1/c"), "other") };
    const lines = [
      { run_id: "r1", files: [whole, { ...other, sha256: whole.sha256 }] },
      { run_id: "r2", files: [whole, other] },
      { run_id: "r3", files: [] },
    ];
    await put(join(folder, "artifacts_files.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { problems, files, runIds } = await checkArtifacts(folder);
    assert.deepEqual(problems, [
      "artifacts/r1/c: it was changed since it was fetched",
      "artifacts/r2: it is missing, with the 2 files that were fetched",
    ]);
    assert.deepEqual([files, [...runIds]], [4, ["r1", "r2", "r3"]]);
  }));

Deno.test("checkArtifacts() says so where a line is none of an export's", () =>
  withFolder(async (folder) => {
    for (const line of ["{", "{}", '{"run_id": "r", "files": [{"path": "a"}]}']) {
      await put(join(folder, "artifacts_files.jsonl"), `${line}\n`);
      const { problems } = await checkArtifacts(folder);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", /^artifacts_files\.jsonl: it is not what an export writes/);
    }
  }));
