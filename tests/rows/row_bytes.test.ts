import assert from "node:assert/strict";
import { RowBytes } from "../../lib/rows/row_bytes.ts";
import type { Points } from "../../lib/source/mod.ts";

function text(bytes: RowBytes): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes.take());
}

Deno.test("RowBytes writes points of lists, of a list, and printed ones alike, and counts what JSON cannot hold", () => {
  const bytes = new RowBytes();
  const list = [{ step: -1, timestamp: 5, value: NaN }, { step: 2n ** 63n - 1n, timestamp: 6, value: 3 }];
  const lists = { steps: [-1, 2n ** 63n - 1n], timestamps: [5, 6], values: [NaN, 3] };
  const expected = '{"step": -1, "ts": 5, "value": "NaN"}, {"step": 9223372036854775807, "ts": 6, "value": 3.0}';
  const printed = { bytes: new TextEncoder().encode(expected), nonFinite: 1 };
  for (const points of [list, Object.assign([...list], { lists }), Object.assign([...list], { printed })] as Points[]) {
    assert.equal(bytes.points(points), 1);
    assert.equal(text(bytes), expected);
  }
  assert.equal(bytes.points([]), 0);
  assert.equal(text(bytes), "");
});

Deno.test("RowBytes keeps what was written when there is more than it had room for", () => {
  const bytes = new RowBytes();
  const letters = "é".repeat(40_000);
  bytes.text("☃");
  bytes.text(letters);
  bytes.points(Object.assign([], { length: 2_000, lists: numbers(2_000) }));
  assert.equal(bytes.length, 3 + 80_000 + expected(2_000).length);
  assert.equal(text(bytes), `☃${letters}${expected(2_000)}`);
  bytes.text("again");
  assert.equal(text(bytes), "again");
});

function numbers(count: number): NonNullable<Points["lists"]> {
  const steps = Array.from({ length: count }, (_, step) => step);
  return { steps, timestamps: steps, values: new Float64Array(count) };
}

function expected(count: number): string {
  return Array.from({ length: count }, (_, step) => `{"step": ${step}, "ts": ${step}, "value": 0.0}`).join(", ");
}
