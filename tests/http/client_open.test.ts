import assert from "node:assert/strict";
import { NoAnswerError } from "../../lib/http/failure/errors.ts";
import { Limiter } from "../../lib/http/limiter.ts";
import { caught, quickClient, serve, settle } from "./helpers.ts";
import { jsonReply, rawServer } from "./raw_server.ts";

Deno.test("HttpClient.open() gives the stream at the headers and holds its place until the end", async () => {
  let sent: () => void = () => {};
  await using server = serve(() => {
    const body = new ReadableStream({
      start(controller): void {
        controller.enqueue(new TextEncoder().encode("begin"));
        sent = () => {
          controller.enqueue(new TextEncoder().encode(" end"));
          controller.close();
        };
      },
    });
    return new Response(body);
  });
  const limiter = new Limiter({ max: 1 });
  const { status, stream } = await quickClient(server.url, { limiter }).open({ path: "/" });
  assert.equal(status, 200);
  assert.equal(limiter.active, 1);
  sent();
  assert.equal(await new Response(stream).text(), "begin end");
  await settle();
  assert.equal(limiter.active, 0);
});

Deno.test("HttpClient.open() frees its place when the stream is cancelled", async () => {
  await using server = rawServer({ stallAfter: "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin" });
  const limiter = new Limiter({ max: 1 });
  const { stream } = await quickClient(server.url, { limiter }).open({ path: "/" });
  await stream.cancel();
  await settle();
  assert.equal(limiter.active, 0);
});

Deno.test("HttpClient.open() asks for no compression and gives an empty stream for an empty reply", async () => {
  await using server = serve((request) => {
    assert.equal(request.headers.get("accept-encoding"), "identity");
    return new Response(null, { status: 204 });
  });
  const { status, stream } = await quickClient(server.url).open({ path: "/" });
  assert.equal(status, 204);
  assert.equal(await new Response(stream).text(), "");
});

Deno.test("HttpClient.open() tries again up to the headers", async () => {
  await using server = rawServer("", jsonReply("{}"));
  const { stream } = await quickClient(server.url).open({ path: "/" });
  assert.equal(await new Response(stream).text(), "{}");
});

Deno.test("HttpClient.open() fails the stream when it breaks off or stalls, and frees the place", async () => {
  const begin = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin";
  for (const [reply, reason] of [[begin, "connection"], [{ stallAfter: begin }, "timeout"]] as const) {
    await using server = rawServer(reply);
    const limiter = new Limiter({ max: 1 });
    const { stream } = await quickClient(server.url, { limiter, timeoutMs: 400 }).open({ path: "/" });
    const error = await caught(new Response(stream).text());
    assert.ok(error instanceof NoAnswerError);
    assert.equal(error.reason, reason);
    await settle();
    assert.equal(limiter.active, 0);
  }
});

Deno.test("HttpClient.open() does not count the time in which nobody reads", async () => {
  await using server = serve(() => new Response("x".repeat(3_000_000)));
  const { stream } = await quickClient(server.url, { timeoutMs: 400 }).open({ path: "/" });
  let size = 0;
  for await (const chunk of stream) {
    if (size === 0) await new Promise((resolve) => setTimeout(resolve, 700));
    size += chunk.length;
  }
  assert.equal(size, 3_000_000);
});
