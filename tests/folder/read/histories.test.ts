import assert from "node:assert/strict";
import fc from "fast-check";
import { HistoryScanner } from "../../../lib/folder/read/histories.ts";
import { pythonJson, RawJson } from "../../../lib/json/python.ts";

interface Seen {
  readonly points: Record<string, unknown[]>;
  readonly errors: Record<string, string>;
  readonly end: number;
}

function scan(text: string, pieceBytes: number, wants: (key: string) => boolean = () => true): Seen {
  const points = new Map<string, unknown[]>();
  const errors = new Map<string, string>();
  const scanner = new HistoryScanner({
    wants,
    points: (key, json) => points.set(key, [...points.get(key) ?? [], ...JSON.parse(json)]),
    failed: (key, reason) => errors.set(key, reason),
  });
  const bytes = new TextEncoder().encode(text);
  let end = -1;
  for (let at = 0; at < bytes.length && end === -1; at += pieceBytes) {
    const found = scanner.take(bytes.subarray(at, at + pieceBytes));
    if (found !== -1) end = at + found;
  }
  return { points: Object.fromEntries(points), errors: Object.fromEntries(errors), end };
}

Deno.test("HistoryScanner finds what JSON.parse finds, in pieces of any size", () => {
  const point = fc.record({
    step: fc.integer(),
    ts: fc.nat(),
    value: fc.oneof(fc.constantFrom("NaN", "Infinity", "-Infinity"), fc.integer()),
  }, { noNullPrototype: true });
  const history = fc.oneof(
    fc.array(point, { minLength: 1 }),
    fc.record({ error: fc.string({ unit: "grapheme" }) }, { noNullPrototype: true }),
  );
  // A Map keeps what an object would not: the key __proto__.
  const histories = fc.uniqueArray(fc.tuple(fc.string({ unit: "grapheme" }), history), { selector: ([key]) => key });
  fc.assert(fc.property(histories, fc.integer({ min: 1, max: 40 }), (entries, pieceBytes) => {
    const json = pythonJson(new Map(entries.map(([key, value]) => [key, new RawJson(JSON.stringify(value))])));
    const { points, errors, end } = scan(`${json.slice(1)}, "datasets": []}`, pieceBytes);
    const lists = entries.filter(([, value]) => Array.isArray(value));
    const failed = entries.flatMap(([key, value]) => Array.isArray(value) ? [] : [[key, value.error]]);
    assert.deepEqual(points, Object.fromEntries(lists));
    assert.deepEqual(errors, Object.fromEntries(failed));
    assert.equal(end, new TextEncoder().encode(json).length - 1);
  }));
});

Deno.test("HistoryScanner does not parse what nobody wants", () => {
  const { points } = scan('"a": [{"step": broken}], "b": [{"step": 1}]}', 1000, (key) => key === "b");
  assert.deepEqual(points, { b: [{ step: 1 }] });
});
