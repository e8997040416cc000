import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { MUTATIONS } from "../../tools/mutations.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("MUTATIONS names lines that stand once in their files, and tests that are there", async () => {
  for (const { file, from, to, tests } of MUTATIONS) {
    const text = await readFile(new URL(file, ROOT), "utf8");
    assert.equal(text.split(from).length, 2, `${file}: ${from}`);
    assert.notEqual(from, to);
    for (const path of tests) await stat(new URL(path, ROOT));
  }
});
