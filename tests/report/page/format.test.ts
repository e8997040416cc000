import assert from "node:assert/strict";
import { counted, formatDuration, formatTime, formatValue, formatWidth } from "../../../lib/report/page/format.js";

Deno.test("formatDuration() says two units, and rounds into the next", () => {
  const cases: [number | null, string][] = [
    [null, "–"],
    [0, "0 ms"],
    [1500, "1.5 s"],
    [42_400, "42 s"],
    [192_000, "3 min 12 s"],
    [3_599_900, "1 h 00 min"],
    [7_500_000, "2 h 05 min"],
    [270_000_000, "3 d 03 h"],
  ];
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

Deno.test("formatTime() is UTC, and a dash for what no calendar has", () => {
  const ms = Date.UTC(2026, 10, 28, 9, 3, 7);
  assert.deepEqual((["day", "minute", "second"] as const).map((precision) => formatTime(ms, precision)), [
    "2026-11-28",
    "2026-11-28 09:03",
    "2026-11-28 09:03:07",
  ]);
  assert.deepEqual([formatTime(null), formatTime(9e18)], ["–", "–"]);
});

Deno.test("formatValue() has five digits, and keeps what is no number", () => {
  const cases: [number | string | undefined, string][] = [
    [undefined, ""],
    ["NaN", "NaN"],
    [0.123456789, "0.12346"],
    [20_000, "20,000"],
    [1e-7, "1.000e-7"],
    [1.7976931348623157e308, "1.798e308"],
    [0, "0"],
  ];
  for (const [value, text] of cases) assert.equal(formatValue(value), text);
});

Deno.test("counted() and formatWidth() know one from many", () => {
  assert.deepEqual([counted(1, "run"), counted(20_000, "run"), formatWidth(60_000), formatWidth(864e6)], [
    "1 run",
    "20,000 runs",
    "1 minute",
    "10 days",
  ]);
});
