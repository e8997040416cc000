import assert from "node:assert/strict";
import { AppError } from "../../../../lib/errors.ts";
import { readReply } from "../../../../lib/mlflow/rest/history/reply.ts";
import { series } from "./fake_histories.ts";

const text = JSON.stringify({ metrics: series(50), next_page_token: "dG9rZW4=" });

function streamOf(...pieces: readonly string[]): { readonly stream: ReadableStream<Uint8Array> } {
  return { stream: ReadableStream.from(pieces).pipeThrough(new TextEncoderStream()) };
}

async function readAll(open: () => { readonly stream: ReadableStream<Uint8Array> }): Promise<unknown[]> {
  const pieces = readReply(() => Promise.resolve(open()));
  const points: unknown[] = [];
  let piece = await pieces.next();
  for (; piece.done !== true; piece = await pieces.next()) points.push(...piece.value);
  return [...points, piece.value];
}

Deno.test("readReply() takes a reply without the list for an empty one", async () => {
  assert.deepEqual(await readAll(() => streamOf("{", "}")), [undefined]);
  assert.deepEqual(await readAll(() => streamOf('{\n  "next_page_token": "eyJ9"\n}')), ["eyJ9"]);
});

Deno.test("readReply() asks again for a reply that breaks off anywhere, and gives nothing twice", async () => {
  for (let end = 0; end < text.length; end += 7) {
    let attempts = 0;
    const all = await readAll(() => streamOf(attempts++ === 0 ? text.slice(0, end) : text));
    assert.deepEqual(all, [...series(50), "dG9rZW4="]);
    assert.equal(attempts, 2);
  }
});

Deno.test("readReply() passes over what it gave of a long reply that broke off", async () => {
  const long = JSON.stringify({ metrics: series(3_000) });
  let attempts = 0;
  const all = await readAll(() => streamOf(attempts++ === 0 ? long.slice(0, 100_000) : long));
  assert.deepEqual(all, [...series(3_000), undefined]);
});

Deno.test("readReply() rejects when the reply always breaks off", async () => {
  await assert.rejects(readAll(() => streamOf(text.slice(0, -1))), AppError);
});

Deno.test("readReply() gives the points of a reply and then its token", async () => {
  assert.deepEqual(await readAll(() => streamOf(text)), [...series(50), "dG9rZW4="]);
});

Deno.test("readReply() does not ask again for what is not JSON, or nested too deeply, or goes on without a value", async () => {
  const deep = `{"metrics": ${"[".repeat(200_000)}12345678901234567890${"]".repeat(200_000)}}`;
  const endless = (): { readonly stream: ReadableStream<Uint8Array> } => {
    const piece = new TextEncoder().encode(" ".repeat(1 << 22));
    return { stream: new ReadableStream({ pull: (controller) => controller.enqueue(piece) }) };
  };
  const cases: [open: () => { readonly stream: ReadableStream<Uint8Array> }, message: RegExp][] = [
    [() => streamOf("<html></html>"), /is not JSON/],
    [() => streamOf(deep), /is not JSON/],
    [endless, /goes on without a value/],
  ];
  for (const [open, message] of cases) {
    let attempts = 0;
    await assert.rejects(readAll(() => (attempts++, open())), (error) => {
      return error instanceof AppError && message.test(error.message);
    });
    assert.equal(attempts, 1);
  }
});
