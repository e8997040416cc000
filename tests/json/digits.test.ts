import assert from "node:assert/strict";
import fc from "fast-check";
import { NUMBER_BYTES, writeAscii, writeFloat, writeInt } from "../../lib/json/digits.ts";
import { pyFloat, pyInt } from "../../lib/json/exact.ts";

type Write<T> = (out: Uint8Array, place: number, value: T) => number;

function written<T>(write: Write<T>, value: T): string {
  const out = new Uint8Array(NUMBER_BYTES + 3).fill(0x2e);
  const end = write(out, 2, value);
  const text = new TextDecoder().decode(out);
  assert.ok(end <= 2 + NUMBER_BYTES, `${value} takes ${end - 2} bytes`);
  assert.equal(
    text.slice(0, 2) + text.slice(end),
    ".".repeat(out.length - end + 2),
    `${value} writes beside its place`,
  );
  return text.slice(2, end);
}

Deno.test("writeInt() writes what pyInt() gives: up to the ends of int64, around every power of ten, and 0 for -0", () => {
  const edges = Array.from({ length: 19 }, (_, power) => 10n ** BigInt(power)).flatMap((n) => [n - 1n, n, n + 1n]);
  const numbers = [...edges, ...edges.map((n) => -n), -(2n ** 63n), 2n ** 63n - 1n].flatMap((n) => [n, Number(n)]);
  for (const number of [...numbers, -0, 1_700_000_000_123]) assert.equal(written(writeInt, number), pyInt(number));
  fc.assert(fc.property(fc.maxSafeInteger(), (number) => assert.equal(written(writeInt, number), pyInt(number))));
});

Deno.test("writeInt() throws for what is no integer", () => {
  assert.throws(() => written(writeInt, 0.5), RangeError);
});

Deno.test("writeFloat() writes what pyFloat() gives", () => {
  const longest = -1.7976931348623157e308;
  for (const value of [0, -0, 1, 1e16, 1e-5, longest, NaN, -Infinity]) {
    assert.equal(written(writeFloat, value), pyFloat(value));
  }
  fc.assert(fc.property(fc.double(), (value) => assert.equal(written(writeFloat, value), pyFloat(value))));
});

Deno.test("writeAscii() writes each character as a byte", () => {
  assert.equal(written(writeAscii, '{"a": 1}'), '{"a": 1}');
});
