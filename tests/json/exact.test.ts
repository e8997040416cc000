import assert from "node:assert/strict";
import fc from "fast-check";
import { isCutJson, parseJson, pyFloat, pyInt, pyString } from "../../lib/json/exact.ts";

Deno.test("parseJson() reads what JSON.parse reads", () => {
  fc.assert(fc.property(fc.json().filter((text) => !/\d{16}/.test(text)), (text) => {
    assert.deepEqual(parseJson(text), JSON.parse(text));
  }));
});

Deno.test("parseJson() keeps integers beyond 2^53 exact", () => {
  assert.deepEqual(
    parseJson('{"step": 9007199254740993, "a": [-9223372036854775808,18446744073709551615], "b":9007199254740991}'),
    { step: 9007199254740993n, a: [-9223372036854775808n, 18446744073709551615n], b: 9007199254740991 },
  );
  assert.equal(parseJson("9007199254740993"), 9007199254740993n);
  assert.equal(parseJson("-9007199254740992"), -9007199254740992n);
});

Deno.test("parseJson() reads every int64 exactly", () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (integer) => {
    assert.equal(BigInt(parseJson(`${integer}`) as bigint), integer);
  }));
});

Deno.test("parseJson() leaves long fractions, floats and strings as they are", () => {
  const text =
    '{"a": 0.12345678901234567, "b": "9007199254740993", "c": 1.7976931348623157e+308, "d": 99999999999999999.5}';
  assert.deepEqual(parseJson(text), JSON.parse(text));
});

Deno.test("parseJson() reads bare NaN and Infinity outside strings only", () => {
  assert.deepEqual(
    parseJson(
      '{"NaN": NaN, "a": [Infinity,-Infinity , NaN], "b": "x: NaN, y", "c": "\\": NaN,", "d": "NaN", "e": "\\\\", "f": NaN}',
    ),
    { NaN: NaN, a: [Infinity, -Infinity, NaN], b: "x: NaN, y", c: '": NaN,', d: "NaN", e: "\\", f: NaN },
  );
  assert.equal(parseJson(" NaN "), NaN);
  assert.equal(parseJson("-Infinity"), -Infinity);
});

Deno.test("parseJson() reads bare NaN beside integers beyond 2^53 and private use characters", () => {
  assert.deepEqual(parseJson('[NaN, 9007199254740993, "\ue000", "\ue001"]'), [
    NaN,
    9007199254740993n,
    "\ue000",
    "\ue001",
  ]);
});

Deno.test("parseJson() reads bare tokens anywhere in any JSON", () => {
  const string = fc.string({ unit: fc.constantFrom("NaN", "Infinity", ...'-"\\:,[]{} '), maxLength: 6 });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(NaN, Infinity, -Infinity, null, true, 1.5),
      string,
      fc.array(tie("value")),
      fc.dictionary(string, tie("value"), { noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(value, (expected) => assert.deepEqual(parseJson(writeLoosely(expected)), expected)));
});

/** JSON with bare NaN and Infinity, as Flask writes it. */
function writeLoosely(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return `[${value.map(writeLoosely).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${
    Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}: ${writeLoosely(child)}`).join(",\n")
  }}`;
}

Deno.test("parseJson() rejects what is neither JSON nor a bare token", () => {
  for (
    const text of [
      "",
      "nan",
      "[-NaN]",
      "[+Infinity]",
      "[1NaN]",
      "[NaN1]",
      "[1.Infinity]",
      "[--Infinity]",
      "[NaN NaN]",
      "{NaN: 1}",
      "{NaN}",
      '{"a": NaN',
      "[undefined]",
      "<html>NaN</html>",
      '["NaN]',
    ]
  ) assert.throws(() => parseJson(text), SyntaxError, text);
});

Deno.test("parseJson() shows the place of a fault behind a bare token", () => {
  assert.throws(() => parseJson('{"value": NaN, "step": 1,}'), /position 25 \(line 1 column 26\)/);
  assert.throws(() => parseJson('{"a": Infinity, "b": NaN, "c": x}'), {
    name: "SyntaxError",
    message: /Unexpected token 'x', \.\.\."", "b": NaN|Unexpected token 'x'.*NaN, "c": x/,
  });
});

Deno.test("parseJson() reads bare tokens in deeply nested lists", () => {
  let value = parseJson("[".repeat(100_000) + "NaN" + "]".repeat(100_000));
  while (Array.isArray(value)) value = value[0];
  assert.equal(value, NaN);
});

Deno.test("isCutJson() tells a cut text from a wrong one", () => {
  const whole = '{"metrics": [{"key": "a]\\"}", "value": 1.5, "ok": true}, {}]}';
  for (let length = 0; length < whole.length; length++) {
    assert.equal(isCutJson(whole.slice(0, length)), true, `${length}`);
  }
  for (const text of ['["a]', '"abc', '"\\"']) assert.equal(isCutJson(text), true, text);
  for (const text of [whole, "<html></html>", "OK", '{"a": x}', "[1]]"]) assert.equal(isCutJson(text), false, text);
});

Deno.test("isCutJson() reads strings of megabytes", () => {
  const begun = `{"a": "${'\\\\"'.repeat(1 << 20)}${"x".repeat(1 << 23)}`;
  assert.equal(isCutJson(begun), true);
  assert.equal(isCutJson(`${begun}", `), true);
  assert.equal(isCutJson(`${begun}"} x`), false);
});

Deno.test("pyString() writes Python's escapes and no others", () => {
  assert.equal(pyString('"\\/\b\f\n\r\t\0\x1f\x7f'), '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"');
  assert.equal(pyString("ä€😀\u2028\u2029"), '"ä€😀\u2028\u2029"');
});

Deno.test("pyString() writes a lone surrogate as an escape", () => {
  assert.equal(pyString("a\ud800b\udfffc😀"), '"a\\ud800b\\udfffc😀"');
});

Deno.test("pyFloat() writes Python's repr", () => {
  const cases: [number, string][] = [
    [3, "3.0"],
    [0, "0.0"],
    [-0, "-0.0"],
    [-1, "-1.0"],
    [0.1, "0.1"],
    [1e-4, "0.0001"],
    [0.00012345, "0.00012345"],
    [1e-5, "1e-05"],
    [9.999e-5, "9.999e-05"],
    [-1.5e-7, "-1.5e-07"],
    [1e-10, "1e-10"],
    [5e-324, "5e-324"],
    [123456789012345.6, "123456789012345.6"],
    [9007199254740993, "9007199254740992.0"],
    [9999999999999998, "9999999999999998.0"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [-12345678901234567890, "-1.2345678901234567e+19"],
    [1e21, "1e+21"],
    [1e22, "1e+22"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [NaN, '"NaN"'],
    [Infinity, '"Infinity"'],
    [-Infinity, '"-Infinity"'],
  ];
  for (const [value, expected] of cases) assert.equal(pyFloat(value), expected);
});

Deno.test("pyFloat() is read back as the same number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true }).filter(Number.isFinite), (value) => {
    const text = pyFloat(value);
    assert.ok(Object.is(JSON.parse(text), value), text);
    assert.match(text, /[.e]/);
  }));
});

Deno.test("pyInt() writes every digit", () => {
  assert.equal(pyInt(0), "0");
  assert.equal(pyInt(-0), "0");
  assert.equal(pyInt(-1099511627776), "-1099511627776");
  assert.equal(pyInt(1e21), "1000000000000000000000");
  assert.equal(pyInt(9223372036854775807n), "9223372036854775807");
  assert.throws(() => pyInt(1.5), RangeError);
  assert.throws(() => pyInt(NaN), RangeError);
});
