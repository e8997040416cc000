import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import {
  createLargeRowFilter,
  filterRow,
  type NonFinite,
  type RowFilterCounts,
  type RowFilterOptions,
} from "../../../lib/kiroframe/rows/filter.ts";
import { anyRow, COMPACT, OURS, type PointModel, REFERENCE, renderRow, type RowModel } from "./models.ts";

const modes: readonly NonFinite[] = ["omit", "string", "null"];

function filtered(text: string, options: RowFilterOptions): { text: string; counts: RowFilterCounts } {
  const { bytes, counts } = filterRow(Buffer.from(text), options);
  return { text: Buffer.from(bytes).toString(), counts };
}

async function filteredInChunks(
  text: string,
  sizes: readonly number[],
  options: RowFilterOptions,
): Promise<{ text: string; counts: RowFilterCounts }> {
  const bytes = Buffer.from(text);
  async function* open(): AsyncGenerator<Uint8Array> {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length]!;
      // The reader's buffer is overwritten after each chunk, as a reader that uses it again would do.
      const chunk = Uint8Array.from(bytes.subarray(at, at + size));
      yield chunk;
      chunk.fill(0x21);
      at += size;
    }
  }
  const counts = { nonFinite: 0, thinned: 0 };
  const parts: Uint8Array[] = [];
  const filter = await createLargeRowFilter(open, options);
  for await (const part of filter(counts)) parts.push(Uint8Array.from(part));
  return { text: Buffer.concat(parts).toString(), counts };
}

/** The model after the filter, by a way that shares nothing with it. */
function expected(row: RowModel, options: RowFilterOptions): { row: RowModel; counts: RowFilterCounts } {
  const counts = { nonFinite: 0, thinned: 0 };
  const isSent = (value: number): boolean => {
    if (Number.isFinite(value)) return true;
    counts.nonFinite++;
    return options.nonFinite !== "omit";
  };
  const latest = row.latest.filter(([, value]) => isSent(value));
  const histories = row.histories.map(([key, history]) => {
    if ("error" in history) return [key, history] as const;
    const sent = history.filter(({ value }) => isSent(value));
    const thin = thinned(sent, options.maxHistoryPoints ?? Infinity);
    counts.thinned += sent.length - thin.length;
    return [key, thin] as const;
  });
  return { row: { ...row, latest, histories }, counts };
}

function thinned(points: readonly PointModel[], max: number): readonly PointModel[] {
  if (points.length <= max) return points;
  const finite = points.map(({ value }) => value).filter((value) => Number.isFinite(value));
  const last = points.length - 1;
  const must = [...new Set([Math.min(...finite), Math.max(...finite)])]
    .map((extreme) => points.findIndex(({ value }) => value === extreme))
    .filter((index) => index > 0 && index < last)
    .slice(0, Math.max(0, max - 2));
  const grid = max - must.length;
  const even = grid === 1 ? [last] : Array.from({ length: grid }, (_, place) => Math.floor(place * last / (grid - 1)));
  const kept = new Set([...must, ...even]);
  return points.filter((_, index) => kept.has(index));
}

function nonFiniteText(mode: NonFinite): (value: number) => string {
  return (value) => mode === "null" ? "null" : `"${value}"`;
}

const anyOptions = fc.record({
  nonFinite: fc.constantFrom(...modes),
  maxHistoryPoints: fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 8 })),
});

Deno.test("filterRow() leaves out, replaces and thins exactly what a parse of the row would", () => {
  const style = fc.constantFrom(OURS, REFERENCE, COMPACT);
  fc.assert(fc.property(anyRow(), style, anyOptions, (row, style, options) => {
    const want = expected(row, options);
    const got = filtered(renderRow(row, style), options);
    assert.equal(got.text, renderRow(want.row, { ...style, nonFinite: nonFiniteText(options.nonFinite) }));
    assert.deepEqual(got.counts, want.counts);
    JSON.parse(got.text);
  }));
});

Deno.test("createLargeRowFilter() gives what filterRow() gives, wherever the chunks are cut", async () => {
  const style = fc.constantFrom(OURS, REFERENCE, COMPACT);
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
  await fc.assert(fc.asyncProperty(anyRow(), style, sizes, anyOptions, async (row, style, sizes, options) => {
    const text = renderRow(row, style);
    const want = expected(row, options);
    const got = await filteredInChunks(text, sizes, options);
    assert.equal(got.text, renderRow(want.row, { ...style, nonFinite: nonFiniteText(options.nonFinite) }));
    assert.deepEqual(got.counts, want.counts);
  }));
});

Deno.test("filterRow() hands back a row without such values as it is", () => {
  const row = Buffer.from('{"metrics_latest": {"10": 1.0, "9": 3e-07}, "params": {"a": "nan"}}');
  assert.equal(filterRow(row, { nonFinite: "omit", maxHistoryPoints: 100 }).bytes, row);
});

Deno.test("filterRow() keeps params and tags that read NaN", () => {
  const text = '{"tags": {"value": "NaN"}, "params": {"metrics_latest": "Infinity"}, "metrics_latest": {"a": "NaN"}}';
  assert.deepEqual(filtered(text, { nonFinite: "omit" }), {
    text: '{"tags": {"value": "NaN"}, "params": {"metrics_latest": "Infinity"}, "metrics_latest": {}}',
    counts: { nonFinite: 1, thinned: 0 },
  });
});

Deno.test("filterRow() finds a NaN behind letters that begin like one", () => {
  const text = '{"metrics_latest": {"N": NaN, "b": 1}}';
  assert.equal(filtered(text, { nonFinite: "omit" }).text, '{"metrics_latest": {"b": 1}}');
});

Deno.test("filterRow() finds infinities in a row without a NaN", () => {
  for (const value of ['"Infinity"', "-Infinity", '"-Infinity"', "Infinity"]) {
    const text = `{"status": "IN FINISHED N", "metrics_latest": {"a": ${value}, "b": 1}}`;
    assert.equal(filtered(text, { nonFinite: "omit" }).counts.nonFinite, 1, value);
  }
});

Deno.test("filterRow() looks for the maps of the row itself, not for maps inside it that have their names", () => {
  const text = '{"a": {"metrics_latest": {"x": "NaN"}}, "metrics_history": {"metrics_latest": {"error": "NaN"}}}';
  assert.equal(filtered(text, { nonFinite: "omit" }).text, text);
});

Deno.test("filterRow() makes a row of the reference with bare NaN JSON again", () => {
  const text = '{"metrics_latest": {"nan": NaN, "whole": 3.0}, "metrics_history": {"nan": ' +
    '[{"step": 0, "ts": 1, "value": NaN}, {"step": 1, "ts": 1, "value": -Infinity}, {"step": 2, "ts": 1, "value": 0.5}]}}';
  assert.equal(
    filtered(text, { nonFinite: "omit" }).text,
    '{"metrics_latest": {"whole": 3.0}, "metrics_history": {"nan": [{"step": 2, "ts": 1, "value": 0.5}]}}',
  );
  assert.deepEqual(JSON.parse(filtered(text, { nonFinite: "string" }).text).metrics_latest.nan, "NaN");
  assert.deepEqual(JSON.parse(filtered(text, { nonFinite: "null" }).text).metrics_history.nan[1].value, null);
});

Deno.test("filterRow() finds values whatever the order of a point's members", () => {
  const text = '{"metrics_history": {"a": [{"value": "NaN", "step": 0}, {"value" : 1, "step": 1}]}}';
  assert.equal(
    filtered(text, { nonFinite: "omit" }).text,
    '{"metrics_history": {"a": [{"value" : 1, "step": 1}]}}',
  );
});

Deno.test("filterRow() refuses a row that is cut off anywhere", () => {
  const text =
    '{"metrics_latest": {"a": "NaN"}, "metrics_history": {"a": [{"step": 0, "ts": 1, "value": "NaN"}]}, "b": [1]}';
  for (let length = text.indexOf("NaN") + 3; length < text.length; length++) {
    assert.throws(() => filtered(text.slice(0, length), { nonFinite: "omit" }), SyntaxError, text.slice(0, length));
  }
  filtered(text, { nonFinite: "omit" });
});

Deno.test("createLargeRowFilter() refuses a row that is cut off", async () => {
  await assert.rejects(filteredInChunks('{"tags": {"a": "b', [5], { nonFinite: "omit" }), SyntaxError);
  await assert.rejects(filteredInChunks("", [5], { nonFinite: "omit" }), SyntaxError);
});

Deno.test("filterRow() thins a history to its first, last, smallest, largest and evenly chosen points", () => {
  const values = Array.from({ length: 1000 }, (_, index) => index === 333 ? -7 : index === 334 ? 7 : Math.sin(index));
  const points = values.map((value, step) => ({ step, ts: step, value }));
  const text = JSON.stringify({ metrics_history: { short: points.slice(0, 10), long: points } });
  const { text: thin, counts } = filtered(text, { nonFinite: "omit", maxHistoryPoints: 12 });
  const { short, long } = JSON.parse(thin).metrics_history;
  const steps = long.map(({ step }: { step: number }) => step);
  assert.equal(short.length, 10);
  assert.deepEqual(steps, [0, 111, 222, 333, 334, 444, 555, 666, 777, 888, 999]);
  assert.equal(counts.thinned, 1000 - steps.length);
});
