import assert from "node:assert/strict";
import { LineError, parseLine } from "../../../../../lib/mlflow/store/files/metric/line.ts";

Deno.test("parseLine() reads two, three and five fields as MLflow does", () => {
  assert.deepEqual(parseLine("1700000000000 0.5 12\n"), { timestamp: 1700000000000, value: 0.5, step: 12 });
  assert.deepEqual(parseLine("1700000000 2\r\n"), { timestamp: 1700000000, value: 2, step: 0 });
  // MLflow forgets the step of a line with a dataset.
  assert.deepEqual(parseLine("5 0.5 12 train d1"), { timestamp: 5, value: 0.5, step: 0 });
  assert.deepEqual(parseLine("9007199254740993 1e-07 -9223372036854775808"), {
    timestamp: 9007199254740993n,
    value: 1e-7,
    step: -9223372036854775808n,
  });
});

Deno.test("parseLine() knows Python's names of what is no number", () => {
  const values = ["nan", "NaN", "-nan", "inf", "-inf", "Infinity", "-Infinity"];
  assert.deepEqual(values.map((value) => parseLine(`1 ${value} 2`).value), [
    NaN,
    NaN,
    NaN,
    Infinity,
    -Infinity,
    Infinity,
    -Infinity,
  ]);
});

Deno.test("parseLine() refuses all else, and shows it in one line", () => {
  for (
    const line of ["", "123456", "1 2 3 4", "1 2 3 4 5 6", "a 1 2", "1 x 2", "1 0x10 2", "1  2", "1 2 3.5", "1.5 2 3"]
  ) {
    assert.throws(() => parseLine(line), LineError, line);
  }
  assert.throws(() => parseLine(`\u001b[31m${"x".repeat(100)}`), (error) => {
    assert.ok(error instanceof LineError);
    assert.match(error.message, /^"\\x1b\[31mx+…" where a timestamp, a value and a step are expected$/);
    return error.message.length < 150;
  });
});
