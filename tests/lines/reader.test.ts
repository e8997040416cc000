import assert from "node:assert/strict";
import { open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { chunksOf, type LinePlace, readLines } from "../../lib/lines/reader.ts";

interface Seen {
  readonly lines: readonly string[];
  readonly places: readonly LinePlace[];
  readonly found: { readonly bytes: number; readonly lines: number };
}

async function read(text: string, maxBytes?: number): Promise<Seen> {
  const path = join(tmpdir(), `lines-${crypto.randomUUID()}`);
  await writeFile(path, text);
  const file = await open(path);
  try {
    const lines: string[] = [];
    const places: LinePlace[] = [];
    const onLine = (line: Uint8Array, place: LinePlace): void => {
      lines.push(new TextDecoder().decode(line));
      places.push(place);
    };
    const found = await readLines(file, { onLine, maxBytes });
    assert.deepEqual(await readLines(file, {}), found);
    return { lines, places, found };
  } finally {
    await file.close();
    await rm(path);
  }
}

Deno.test("readLines() shows every line and where it lies, a last one without a newline too", async () => {
  const { lines, places, found } = await read("a\n\nü\nlast");
  assert.deepEqual(lines, ["a", "", "ü", "last"]);
  assert.deepEqual(places, [
    { offset: 0, length: 1 },
    { offset: 2, length: 0 },
    { offset: 3, length: 2 },
    { offset: 6, length: 4 },
  ]);
  assert.deepEqual(found, { bytes: 10, lines: 4 });
  assert.deepEqual((await read("")).found, { bytes: 0, lines: 0 });
  assert.deepEqual((await read("one\n")).lines, ["one"]);
});

Deno.test("readLines() shows lines that span many reads, cut where asked", async () => {
  const long = "x".repeat(3_000_000);
  assert.deepEqual((await read(`${long}\nb\n`)).lines.map((line) => line.length), [3_000_000, 1]);
  const { lines, places } = await read(`${long}\nb\n`, 5);
  assert.deepEqual(lines, ["xxxxx", "b"]);
  assert.deepEqual(places[1], { offset: 3_000_001, length: 1 });
});

Deno.test("readLines() cuts and joins at the edge of a read as anywhere else", async () => {
  const edge = 1 << 20;
  for (const before of [edge - 3, edge - 1, edge, edge + 1]) {
    const { lines } = await read(`${"a".repeat(before - 1)}\nbcdef\ng`, 4);
    assert.deepEqual(lines, ["aaaa", "bcde", "g"], `${before}`);
  }
});

Deno.test("readLines() finds the lines that String.split() finds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom("a", "é", "\n", "\r", '"')), async (parts) => {
      const text = parts.join("");
      const expected = text.split("\n");
      if (expected.at(-1) === "") expected.pop();
      assert.deepEqual((await read(text)).lines, expected);
    }),
    { numRuns: 50 },
  );
});

Deno.test("readLines() ends when onChunk throws", async () => {
  const path = join(tmpdir(), `lines-${crypto.randomUUID()}`);
  await writeFile(path, "a\n");
  const file = await open(path);
  const onChunk = (): never => {
    throw new RangeError("enough");
  };
  await assert.rejects(readLines(file, { onChunk }), RangeError);
  await file.close();
  await rm(path);
});

Deno.test("chunksOf() reads from the beginning, wherever the file was read before", async () => {
  const path = join(tmpdir(), `lines-${crypto.randomUUID()}`);
  await writeFile(path, "abc");
  const file = await open(path);
  await file.read(new Uint8Array(2), 0, 2);
  for await (const chunk of chunksOf(file)) assert.equal(new TextDecoder().decode(chunk), "abc");
  await file.close();
  await rm(path);
});
