import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspectFile } from "../../lib/folder/inspect.ts";

Deno.test("inspectFile() counts bytes and lines, hashes, and shows lines where it is asked", async () => {
  const path = join(tmpdir(), `inspect-${crypto.randomUUID()}`);
  const text = "a\n\nü\nlast";
  await writeFile(path, text);
  try {
    const lines: string[] = [];
    const facts = await inspectFile(path, {
      onLine: (line) => lines.push(new TextDecoder().decode(line)),
      maxBytes: 3,
    });
    assert.deepEqual(lines, ["a", "", "ü", "las"]);
    assert.deepEqual(facts, { bytes: 10, lines: 4, sha256: createHash("sha256").update(text).digest("hex") });
    assert.deepEqual(await inspectFile(path), facts);
  } finally {
    await rm(path);
  }
});

Deno.test("inspectFile() rejects as node:fs does", async () => {
  await assert.rejects(inspectFile(join(tmpdir(), "there is none")), { code: "ENOENT" });
});
