import assert from "node:assert/strict";
import { createTransport } from "../../../lib/http/connection/transport.ts";
import { NoAnswerError } from "../../../lib/http/failure/errors.ts";
import { onBlockedPort } from "../blocked_port.ts";
import { caught, serve, settle } from "../helpers.ts";
import { jsonReply, rawServer, rawServerAt } from "../raw_server.ts";
import { caPath, client, tlsServer } from "./helpers.ts";

Deno.test("Transport.fetch() sends bodies over undici, text and streams", async () => {
  await using server = tlsServer();
  await using http = client(server.url, { tls: { caPath } });
  const stream = (): ReadableStream<Uint8Array> => ReadableStream.from(["a", "b"]).pipeThrough(new TextEncoderStream());
  assert.equal((await http.request({ method: "POST", path: "/x", body: "ä" })).text, "POST /x ä");
  assert.equal((await http.request({ method: "POST", path: "/x", body: stream })).text, "POST /x ab");
});

Deno.test("HttpClient.request() reads again what breaks off, and gives up what stalls, over undici", async () => {
  const begin = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin";
  for (const first of [begin, { stallAfter: begin }, { stallAfter: "" }, ""]) {
    await using server = rawServer(first, jsonReply("{}"));
    await using http = client(server.url, { env: { http_proxy: "http://127.0.0.1:9", no_proxy: "*" } });
    assert.equal((await http.request({ path: "/", timeoutMs: 400 })).text, "{}");
  }
});

Deno.test("HttpClient.open() fails a stream that breaks off or stalls, over undici", async () => {
  const begin = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin";
  for (const [reply, reason] of [[begin, "connection"], [{ stallAfter: begin }, "timeout"]] as const) {
    await using server = rawServer(reply);
    await using http = client(server.url, { env: { http_proxy: "http://127.0.0.1:9", no_proxy: "*" } });
    const { stream } = await http.open({ path: "/", timeoutMs: 400 });
    const error = await caught(new Response(stream).text());
    assert.ok(error instanceof NoAnswerError);
    assert.equal(error.reason, reason);
  }
});

Deno.test("Transport.fetch() reads gzip over undici, and gives no length of the compressed body", async () => {
  const packed = await new Response(new Blob(["{}"]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    return new Response(packed, { headers: { "content-encoding": request.headers.get("accept-encoding") ?? "" } });
  });
  await using http = client(`http://127.0.0.1:${server.addr.port}`, { env: { http_proxy: "", no_proxy: "" } });
  const { text, headers } = await http.request({ path: "/" });
  assert.equal(text, "{}");
  assert.equal(headers.get("content-length"), null);
  await http.close();
  await server.shutdown();
});

Deno.test("Transport.fetch() asks plain http servers to close the connection only where keepAlive is off", async () => {
  for (const env of [{}, { no_proxy: "*", http_proxy: "http://127.0.0.1:9" }]) {
    for (const keepAlive of [true, false]) {
      await using server = rawServer(jsonReply("{}"));
      await using http = client(server.url, { env, keepAlive });
      await http.request({ path: "/" });
      assert.equal(/^connection: close\r$/m.test(server.requests[0] ?? ""), !keepAlive);
    }
  }
});

Deno.test("Transport.fetch() goes to ports that fetch does not go to, in plain text and encrypted", async () => {
  await using plain = await onBlockedPort((port) => rawServerAt(port, jsonReply("{}")));
  await using http = client(plain.url);
  assert.deepEqual(await http.json({ path: "/" }), {});
  await using encrypted = await onBlockedPort((port) => tlsServer("server", port));
  await using https = client(encrypted.url, { tls: { caPath } });
  assert.equal((await https.request({ path: "/a" })).text, "GET /a ");
});

Deno.test("HttpClient.request() follows a redirect to such a port", async () => {
  await using plain = await onBlockedPort((port) => rawServerAt(port, jsonReply("{}")));
  await using first = rawServer(`HTTP/1.1 307 Moved\r\nlocation: ${plain.url}/b\r\ncontent-length: 0\r\n\r\n`);
  await using http = client(first.url);
  assert.deepEqual(await http.json({ path: "/" }), {});
});

Deno.test("Transport.fetch() lets go of a body that nobody wants, over undici, be it here or still on its way", async () => {
  let ended = 0;
  const piece = new TextEncoder().encode("x".repeat(10_000));
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        async pull(controller): Promise<void> {
          await settle();
          controller.enqueue(piece);
        },
        cancel: () => void ended++,
      }),
    );
  await using server = serve((_request, index) => index % 2 === 0 ? endless() : new Response("x".repeat(50_000)));
  const transport = createTransport({ env: { http_proxy: "http://127.0.0.1:9", no_proxy: "*" } });
  for (let call = 0; call < 40; call++) {
    const request = { method: "GET", headers: {}, signal: new AbortController().signal };
    const { body } = await transport.fetch(new URL(server.url), request);
    const reader = body?.getReader();
    if (call % 4 > 1) await reader?.read();
    void reader?.read().catch(() => {});
    await reader?.cancel();
  }
  while (ended < 20) await settle();
  await transport.close();
});
