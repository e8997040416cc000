import assert from "node:assert/strict";
import { SourceMap } from "node:module";
import fc from "fast-check";
import { decodeVlq, encodeVlq, toLineMap } from "../../tools/line_map.ts";

function segments(...lines: number[][][]): string {
  return lines.map((line) => line.map((segment) => segment.map(encodeVlq).join("")).join(",")).join(";");
}

Deno.test("encodeVlq() and decodeVlq() agree, and write as the standard does", () => {
  assert.deepEqual([0, 1, -1, 15, 16, -16, 123456].map(encodeVlq), ["A", "C", "D", "e", "gB", "hB", "gkxH"]);
  fc.assert(fc.property(fc.array(fc.integer()), (numbers) => {
    assert.deepEqual(decodeVlq(numbers.map(encodeVlq).join("")), numbers);
  }));
  assert.throws(() => decodeVlq("A*"), /"\*" is no base 64 digit/);
});

Deno.test("toLineMap() keeps a place for each line of the kept sources, and marks the rest as from nowhere", () => {
  const map = {
    version: 3,
    sources: ["../npm/x.js", "../lib/a.ts", "../lib/b.ts"],
    names: ["one"],
    mappings: segments(
      // a.ts 10:0 and 10:4 (one line), x.js, x.js, a.ts 11:2, with a name
      [[0, 1, 10, 0], [5, 0, 0, 4], [5, -1, -3, 0], [5, 0, 1, 0], [5, 1, 3, -2, 0]],
      [],
      // b.ts 3:1, nowhere, b.ts 3:9
      [[2, 1, -8, -1], [6], [6, 0, 0, 8]],
    ),
  };
  const cut = toLineMap(map, { keep: (source) => source.split("/lib/")[1], linesBefore: 2 });
  assert.deepEqual(cut, {
    version: 3,
    sources: ["a.ts", "b.ts"],
    names: [],
    mappings: segments([], [], [[0, 0, 10, 0], [10], [10, 0, 1, 2]], [], [[2, 1, -8, -1], [6], [6, 0, 0, 8]]),
  });
  const read = new SourceMap({
    ...cut,
    sources: [...cut.sources],
    names: [],
    file: "",
    sourceRoot: "",
    sourcesContent: [],
  });
  const entry = read.findEntry(4, 15);
  assert.ok("originalSource" in entry);
  assert.deepEqual([entry.originalSource, entry.originalLine], ["b.ts", 3]);
});
