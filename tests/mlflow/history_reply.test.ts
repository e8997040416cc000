import assert from "node:assert/strict";
import fc from "fast-check";
import { AppError } from "../../lib/errors.ts";
import { readReply, RowSplitter } from "../../lib/mlflow/history_reply.ts";
import { series } from "./fake_histories.ts";

function split(
  text: string,
  cuts: readonly number[],
): { readonly rows: unknown[]; readonly token: string | undefined } {
  const splitter = new RowSplitter();
  const rows: unknown[] = [];
  let start = 0;
  for (const end of [...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]) {
    const found = splitter.push(text.slice(start, end));
    if (found !== "") rows.push(...JSON.parse(`[${found}]`));
    start = end;
  }
  return { rows, token: splitter.end() };
}

Deno.test("RowSplitter finds the rows of any reply, wherever its pieces are cut", () => {
  const anyRow = fc.record({
    key: fc.oneof(fc.string(), fc.constantFrom('}],"', "\\", '\\"]}')),
    value: fc.double({ noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(anyRow),
      fc.array(fc.nat()),
      fc.boolean(),
      fc.option(fc.constant("dG9rZW4=")),
      (rows, cuts, isPretty, token) => {
        const reply = { metrics: rows, ...(token !== null && { next_page_token: token }) };
        const text = JSON.stringify(reply, null, isPretty ? 2 : 0);
        const found = split(text, cuts);
        assert.deepEqual(found.rows, JSON.parse(JSON.stringify(rows)));
        assert.equal(found.token, token ?? undefined);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("RowSplitter takes a reply without the list for an empty one", () => {
  assert.deepEqual(split("{}", [1]), { rows: [], token: undefined });
  assert.deepEqual(split('{\n  "next_page_token": "eyJ9"\n}', []).token, "eyJ9");
});

Deno.test("RowSplitter.end() throws where the reply breaks off", () => {
  const text = '{"metrics": [{"key": "k", "value": 1.0}, {"key": "k", "value": 2.0}]}';
  for (let end = 0; end < text.length; end++) {
    assert.throws(() => split(text.slice(0, end), []), AppError, text.slice(0, end));
  }
  assert.equal(split(text, []).rows.length, 2);
});

Deno.test("readReply() gives the points of a reply and then its token", async () => {
  const text = JSON.stringify({ metrics: series(50), next_page_token: "dG9rZW4=" });
  const pieces = readReply(() => Promise.resolve({ stream: new Blob([text]).stream() }));
  const points: unknown[] = [];
  let piece = await pieces.next();
  for (; piece.done !== true; piece = await pieces.next()) points.push(...piece.value);
  assert.deepEqual(points, series(50));
  assert.equal(piece.value, "dG9rZW4=");
});
