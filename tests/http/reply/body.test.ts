import assert from "node:assert/strict";
import { readBeginning, watchSource, watchStream } from "../../../lib/http/reply/body.ts";

function streamOf(...texts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(texts.map((text) => new TextEncoder().encode(text)));
}

Deno.test("watchStream() reports each wait and the end, once", async () => {
  const seen: string[] = [];
  const stream = watchStream(streamOf("a", "b"), {
    beforeRead: () => void seen.push("before"),
    afterRead: () => void seen.push("after"),
    onEnd: () => void seen.push("end"),
  });
  assert.deepEqual(seen, []);
  assert.equal(await new Response(stream).text(), "ab");
  assert.deepEqual(seen, ["before", "after", "before", "after", "before", "after", "end"]);
});

Deno.test("watchStream() turns a failure into another and reports the end", async () => {
  let ends = 0;
  const source = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("low")) });
  const stream = watchStream(source, { onEnd: () => ends++, errorOf: () => new Error("high") });
  await assert.rejects(new Response(stream).text(), { message: "high" });
  assert.equal(ends, 1);
});

Deno.test("watchStream() passes a cancel on and reports the end", async () => {
  let ends = 0;
  let reason: unknown;
  const source = new ReadableStream<Uint8Array>({ cancel: (why) => void (reason = why) });
  await watchStream(source, { onEnd: () => ends++ }).cancel("enough");
  assert.deepEqual([ends, reason], [1, "enough"]);
});

Deno.test("watchSource() leaves text alone and keeps the failure of a maker", () => {
  const source: { failure?: unknown } = {};
  assert.equal(watchSource("text", source), "text");
  const failure = new Error("gone");
  const body = watchSource(() => {
    throw failure;
  }, source);
  assert.throws(body as () => void, failure);
  assert.equal(source.failure, failure);
});

Deno.test("readBeginning() reads no more than it needs and cancels the rest", async () => {
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("12345")),
    cancel: () => void (isCancelled = true),
  });
  assert.equal(
    await readBeginning(new Response(endless as ReadableStream<Uint8Array<ArrayBuffer>>), 12),
    "123451234512345",
  );
  assert.equal(isCancelled, true);
});

Deno.test("readBeginning() gives what came before a body broke off", async () => {
  let count = 0;
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => count++ === 0 ? controller.enqueue(new Uint8Array([65])) : controller.error(new Error("cut")),
  });
  assert.equal(await readBeginning(new Response(broken), 100), "A");
  assert.equal(await readBeginning(new Response(null), 100), "");
});
