import assert from "node:assert/strict";
import { figures, withFigures } from "../../bench/report.ts";
import type { Goal, KeptResult } from "../../bench/types.ts";

const goal: Goal = {
  what: "whole export: times the reference's runs/s",
  rule: "at least",
  limit: 25,
  measured: 24.96,
  unit: "x",
  from: "ours 44 runs/s, reference 1.76 runs/s",
};

const result: KeptResult = {
  taken: "2026-11-23T21:07:08.123Z",
  scale: 0.5,
  load: [0.25, 2],
  goals: [goal, { ...goal, what: "over the floor", rule: "at most", limit: 1.15, measured: 1.121 }],
  curves: [{
    title: "runs and time",
    x: "runs",
    y: "seconds",
    series: [{ name: "ours", points: [[500, 1.234], [20_000, 50.5]] }, { name: "floor", points: [[500, 1]] }],
  }],
};

Deno.test("figures() says of each goal whether it was reached, and never rounds a missed one up to it", () => {
  const lines = figures(new Map([["export", result]])).split("\n");
  const [missed, reached] = lines.filter((line) => line.startsWith("| export | ")).slice(0, 2);
  assert.match(missed ?? "", /\| ≥ 25 x \| 24.9 x \| \*\*no\*\* \|/);
  assert.match(reached ?? "", /\| ≤ 1.15 x \| 1.13 x \| yes \|/);
});

Deno.test("figures() writes curves as tables with a row for each x, and when and under which load they were taken", () => {
  const text = figures(new Map([["export", result]]));
  assert.match(
    text,
    /\| runs \| ours \| floor \|\n\| --- \| --- \| --- \|\n\| 500 \| 1.23 \| 1 \|\n\| 20,000 \| 50.5 \| {2}\|/,
  );
  assert.match(text, /\| export \| 2026-11-23 21:07 UTC \| 0.5 \| 0.3 → 2.0 \|/);
});

Deno.test("withFigures() changes what is between the marks and nothing else", () => {
  const readme = "# Bench\n\n<!-- figures: written by `deno task bench` -->\nold\n<!-- end of figures -->\n\nBehind\n";
  const once = withFigures(readme, new Map([["export", result]]));
  assert.ok(once.startsWith("# Bench\n\n<!-- figures") && once.endsWith("<!-- end of figures -->\n\nBehind\n"));
  assert.ok(!once.includes("\nold\n"));
  assert.equal(withFigures(once, new Map([["export", result]])), once);
  assert.throws(() => withFigures("# Bench\n", new Map()), /no place for figures/);
});
