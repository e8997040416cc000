import assert from "node:assert/strict";
import { streamHistory } from "../../../../lib/mlflow/rest/history/stream.ts";
import { NoAnswerError } from "../../../../lib/http/failure/errors.ts";
import { fakeClient, FakeHistories, runId, series } from "./fake_histories.ts";

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
  assert.deepEqual(pages.flatMap((page) => [...page]), points);
  assert.equal(breaks, 2);
});

Deno.test("streamHistory() goes on page by page where a server of unknown version has pages", async () => {
  const points = series(70);
  const http = new FakeHistories(new Map([[runId(1), new Map([["loss", points]])]]), { pageRows: 30 });
  const pages = await Array.fromAsync(streamHistory(fakeClient(http, null), { runId: runId(1), key: "loss" }));
  assert.deepEqual(pages.flatMap((page) => [...page]), points);
  assert.equal(http.singlePaths.length, 3);
});
