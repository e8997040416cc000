import assert from "node:assert/strict";
import fc from "fast-check";
import { ListParser } from "../../../lib/http/reply/list_parser.ts";
import { parseJson } from "../../../lib/json/exact.ts";

/** What the parser makes of a text that comes in these pieces, put together again. */
function parseAll(
  text: string,
  { cuts = [], piece }: { readonly cuts?: readonly number[]; readonly piece: number },
): { readonly value: unknown; readonly taken: number } {
  const parser = new ListParser(piece);
  const items: unknown[] = [];
  let start = 0;
  for (const end of [...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]) {
    items.push(...parser.push(text.slice(start, end)));
    start = end;
  }
  const { text: rest, key } = parser.end();
  const value = parseJson(rest);
  if (items.length === 0 || key === undefined) return { value, taken: 0 };
  const object = value as Record<string, unknown[]>;
  return { value: { ...object, [key]: [...items, ...object[key] ?? []] }, taken: items.length };
}

const WRITERS: Readonly<Record<string, (value: unknown) => string>> = {
  "in one line": (value) => JSON.stringify(value),
  "in one line, as Python": (value) => JSON.stringify(value).replaceAll('},{"', '}, {"'),
  "on many lines": (value) => JSON.stringify(value, null, 2),
};

const nasty = fc.oneof(fc.string(), fc.constantFrom("},{", "}, {", "},\n    {", '}],"', "\\", '\\"]}', "NaN"));
const row = fc.record({
  key: nasty,
  value: fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }),
  params: fc.array(fc.record({ key: nasty })),
});

for (const [name, write] of Object.entries(WRITERS)) {
  Deno.test(`ListParser gives what JSON.parse gives for replies written ${name}, wherever they are cut`, () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(fc.nat()), fc.integer({ min: 1, max: 60 }), (runs, cuts, piece) => {
        const text = write({ runs, next_page_token: "t" });
        assert.deepEqual(parseAll(text, { cuts, piece }).value, JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  Deno.test(`ListParser parses a long list written ${name} while it comes`, () => {
    const metrics = Array.from({ length: 1_000 }, (_, step) => ({ key: "k", run_id: "r", step, value: step / 7 }));
    const text = write({ metrics });
    const cuts = Array.from({ length: 50 }, (_, index) => index * Math.ceil(text.length / 50));
    const { value, taken } = parseAll(text, { cuts, piece: 1_000 });
    assert.deepEqual(value, { metrics });
    assert.ok(taken > 900, `${taken}`);
  });
}

Deno.test("ListParser keeps bare NaN and int64 of any piece", () => {
  const rows = Array.from({ length: 40 }, (_, step) => `{"value": ${step % 3 ? "NaN" : "9007199254740993"}}`);
  const text = `{"metrics": [${rows.join(", ")}]}`;
  assert.deepEqual(parseAll(text, { piece: 50 }).value, parseJson(text));
});

Deno.test("ListParser leaves other texts whole", () => {
  for (const text of ["", "[1]", "<html>".repeat(50), `{"a": [${"1, ".repeat(50)}1]}`, `{"a": {"b": [{}, {}]}}`]) {
    const parser = new ListParser(4);
    assert.deepEqual(parser.push(text), []);
    assert.deepEqual(parser.end(), { text, key: undefined });
  }
});
