import assert from "node:assert/strict";
import fc from "fast-check";
import { pyFloat, pyInt } from "../../../../../lib/json/exact.ts";
import { LineError, parseLine } from "../../../../../lib/mlflow/store/files/metric/line.ts";
import { LogReader } from "../../../../../lib/mlflow/store/files/metric/log.ts";
import type { MetricPoint } from "../../../../../lib/source/mod.ts";

function read(text: string): LogReader & { readonly points: ReturnType<LogReader["read"]> } {
  const reader = new LogReader();
  return Object.assign(reader, { points: reader.read(new TextEncoder().encode(text)) });
}

function textOf({ printed }: ReturnType<LogReader["read"]>): string {
  return new TextDecoder().decode(printed.bytes);
}

/** What a row has for points whose numbers were read: the slow way. */
function printed(points: readonly MetricPoint[]): string {
  return points.map(({ step, timestamp, value }) =>
    `{"step": ${pyInt(step)}, "ts": ${pyInt(timestamp)}, "value": ${pyFloat(value)}}`
  ).join(", ");
}

/** As Python prints a float. */
function python(value: number): string {
  const text = pyFloat(value);
  return text.startsWith('"') ? text.slice(1, -1).replace("Infinity", "inf").toLowerCase() : text;
}

const point = fc.record({
  timestamp: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 63n })),
  value: fc.oneof(
    fc.double(),
    fc.float(),
    fc.integer(),
    fc.constantFrom(0, -0, 1e15, 1e16, 1e-4, 9e-5, 123456789012345680, 0.1),
  ),
  step: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n })),
});

Deno.test("LogReader prints what MLflow writes as if the numbers had been read and printed", () => {
  fc.assert(fc.property(fc.array(point), (points) => {
    const lines = points.map(({ timestamp, value, step }) => `${timestamp} ${python(value)} ${step}\n`);
    const { points: found } = read(lines.join(""));
    assert.equal(textOf(found), printed(lines.map(parseLine)));
    assert.deepEqual([...found], lines.map(parseLine));
    assert.equal(found.length, points.length);
    assert.equal(found.printed.nonFinite, points.filter(({ value }) => !Number.isFinite(value)).length);
  }));
});

Deno.test("LogReader prints numbers that are written otherwise as Python does", () => {
  for (
    const value of [
      "1",
      "007",
      "1.",
      ".5",
      "1.50",
      "-0.0",
      "1e5",
      "1E-7",
      "+1.5",
      "0.00001",
      "00.5",
      "12345678901234567.0",
      "0.1234567890123456789",
    ]
  ) {
    const line = `5 ${value} 7\n`;
    assert.equal(textOf(read(line).points), printed([parseLine(line)]), value);
  }
  for (
    const line of [
      "007 1.0 1\n",
      "5 1.0 -0\n",
      "5 1.0 007\n",
      "+5 1.0 1\n",
      "5 1.0 1\r\n",
      "5 1.0\n",
      "5 1.0 1 a b\n",
      " 5 1.0 1\n",
    ]
  ) {
    assert.equal(textOf(read(line).points), printed([parseLine(line)]), JSON.stringify(line));
  }
});

Deno.test("LogReader finds the value that MLflow shows: of the largest step, then timestamp, then value", () => {
  const latestOf = (points: readonly MetricPoint[]): number | undefined => {
    const isMore = (a: MetricPoint, b: MetricPoint): boolean =>
      a.step != b.step ? a.step > b.step : a.timestamp != b.timestamp ? a.timestamp > b.timestamp : a.value > b.value;
    return points.slice(1).reduce<MetricPoint | undefined>(
      (best, one) => best && isMore(one, best) ? one : best,
      points[0],
    )
      ?.value;
  };
  fc.assert(fc.property(fc.array(point), (points) => {
    const lines = points.map(({ timestamp, value, step }) => `${timestamp} ${python(value)} ${step}\n`);
    assert.deepEqual(read(lines.join("")).latest, latestOf(lines.map(parseLine)));
  }));
  assert.equal(read("1 nan 1\n1 2.0 1\n").latest, NaN);
  assert.equal(read("1 2.0 1\n1 nan 1\n1 3.0 1\n").latest, 3);
});

Deno.test("LogReader tells whether lines stand in order, over several pieces too", () => {
  const isOrdered = (...pieces: readonly string[]): boolean => {
    const reader = new LogReader();
    for (const piece of pieces) reader.read(new TextEncoder().encode(piece));
    return reader.isOrdered;
  };
  assert.ok(isOrdered("1 1.0 5\n1 1.0 6\n2 1.0 0\n2 1.0 0\n2 2.0 0\n"));
  assert.ok(!isOrdered("2 1.0 0\n1 1.0 1\n"));
  assert.ok(!isOrdered("1 1.0 1\n1 1.0 0\n"));
  assert.ok(!isOrdered("1 2.0 0\n", "1 1.0 0\n"));
  assert.ok(isOrdered("1 2.0 0\n", "1 2.5 0\n"));
});

Deno.test("LogReader keeps its count and its latest value from one piece to the next", () => {
  const reader = new LogReader();
  const texts = ["1 1.5 5\n2 2.5 9\n", "3 3.5 6\n"].map((piece) =>
    textOf(reader.read(new TextEncoder().encode(piece)))
  );
  assert.deepEqual(texts, [
    '{"step": 5, "ts": 1, "value": 1.5}, {"step": 9, "ts": 2, "value": 2.5}',
    '{"step": 6, "ts": 3, "value": 3.5}',
  ]);
  assert.deepEqual([reader.length, reader.latest, reader.isCut], [3, 2.5, false]);
});

Deno.test("LogReader knows a last line without an end, and refuses what is no line", () => {
  const cut = read("1 1.5 5\n2 2.5");
  assert.deepEqual([cut.isCut, cut.latest, cut.length], [true, 1.5, 2]);
  assert.equal(read("").latest, undefined);
  for (const text of ["123456", "1 1.5 5\n\n", "1 1.5 5\nx", "1 1-5 5\n"]) {
    assert.throws(() => read(text), LineError, JSON.stringify(text));
  }
});
