import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspectFile } from "../../lib/folder/inspect.ts";
import { readRowHead } from "../../lib/folder/row_head.ts";

async function inspect(text: string, maxLineBytes?: number): Promise<{ lines: string[]; facts: object }> {
  const path = join(tmpdir(), `inspect-${crypto.randomUUID()}`);
  await writeFile(path, text);
  try {
    const lines: string[] = [];
    const facts = await inspectFile(path, {
      onLine: (line, number) => {
        lines.push(new TextDecoder().decode(line));
        assert.equal(number, lines.length);
      },
      ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
    });
    assert.deepEqual(await inspectFile(path), facts);
    return { lines, facts };
  } finally {
    await rm(path);
  }
}

Deno.test("inspectFile() counts bytes and lines, and hashes", async () => {
  const text = "a\n\nü\nlast";
  const { lines, facts } = await inspect(text);
  assert.deepEqual(lines, ["a", "", "ü", "last"]);
  assert.deepEqual(facts, { bytes: 10, lines: 4, sha256: createHash("sha256").update(text).digest("hex") });
  assert.equal((await inspect("")).lines.length, 0);
  assert.deepEqual((await inspect("one\n")).lines, ["one"]);
});

Deno.test("inspectFile() shows lines that span many reads, cut where asked", async () => {
  const long = "x".repeat(3_000_000);
  assert.deepEqual((await inspect(`${long}\nb\n`)).lines.map((line) => line.length), [3_000_000, 1]);
  assert.deepEqual((await inspect(`${long}\nb\n`, 5)).lines, ["xxxxx", "b"]);
});

Deno.test("readRowHead() is not fooled by an experiment's name", () => {
  const name = '", "experiment_id": "9", "run_id": "evil';
  assert.deepEqual(
    readRowHead(`{"experiment_name": ${JSON.stringify(name)}, "experiment_id": "1", "run_id": "r", "x`),
    {
      experimentId: "1",
      runId: "r",
    },
  );
  assert.equal(readRowHead('{"run_id": "r"'), null);
});
