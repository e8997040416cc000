import assert from "node:assert/strict";
import fc from "fast-check";
import { RowSplitter, streamHistory } from "../../lib/mlflow/history_stream.ts";
import { AppError } from "../../lib/errors.ts";
import { NoAnswerError } from "../../lib/http/errors.ts";
import { fakeClient, FakeHistories, runId, series } from "./fake_histories.ts";

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

Deno.test("streamHistory() asks again where a reply breaks off, and gives no row twice", async () => {
  const points = series(2_000);
  const http = new FakeHistories(new Map([[runId(1), new Map([["loss", points]])]]), { version: "2.22.5" });
  const open = http.open.bind(http);
  let breaks = 0;
  http.open = async (request) => {
    const reply = await open(request);
    if (breaks === 2) return reply;
    let left = ++breaks * 500;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller): void {
        if (left-- > 0) controller.enqueue(chunk);
        else if (breaks === 1) controller.terminate();
        else {controller.error(
            new NoAnswerError({ service: "MLflow", method: "GET", url: "http://fake" }, {
              reason: "connection",
              detail: "gone",
            }),
          );}
      },
    });
    return { ...reply, stream: reply.stream.pipeThrough(cut) };
  };
  const pages = await Array.fromAsync(streamHistory(fakeClient(http, "2.22.5"), { runId: runId(1), key: "loss" }));
  assert.deepEqual(pages.flat(), points);
  assert.equal(breaks, 2);
});

Deno.test("streamHistory() goes on page by page where a server of unknown version has pages", async () => {
  const points = series(70);
  const http = new FakeHistories(new Map([[runId(1), new Map([["loss", points]])]]), { pageRows: 30 });
  const pages = await Array.fromAsync(streamHistory(fakeClient(http, null), { runId: runId(1), key: "loss" }));
  assert.deepEqual(pages.flat(), points);
  assert.equal(http.singlePaths.length, 3);
});
