import assert from "node:assert/strict";
import { Double, protoJson, pythonFloat, pythonString } from "../../../sandbox/mlflow/protocol/json.ts";

Deno.test("pythonFloat() writes what Python's repr writes", () => {
  const cases: readonly [number, string][] = [
    [3, "3.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1.5e-7, "1.5e-07"],
    [5e-324, "5e-324"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [123456789012345680, "1.2345678901234568e+17"],
    [-1e22, "-1e+22"],
    [Number.MAX_VALUE, "1.7976931348623157e+308"],
  ];
  for (const [value, text] of cases) assert.equal(pythonFloat(value), text);
});

Deno.test("pythonString() escapes all that is not ASCII, unit by unit", () => {
  assert.equal(pythonString('a"\\\n\u007f é ☃ 🎉'), '"a\\"\\\\\\n\\u007f \\u00e9 \\u2603 \\ud83c\\udf89"');
});

Deno.test("protoJson() indents by two, leaves out empty lists and absent fields, keeps empty messages and texts", () => {
  const message = {
    a: "",
    b: undefined,
    c: [],
    d: {},
    e: [new Double(NaN), new Double(2)],
    f: 2n ** 60n,
    g: { h: [] },
  };
  assert.equal(
    protoJson(message),
    '{\n  "a": "",\n  "d": {},\n  "e": [\n    "NaN",\n    2.0\n  ],\n  "f": 1152921504606846976,\n  "g": {}\n}',
  );
  assert.equal(protoJson({ a: undefined }), "{}");
});
