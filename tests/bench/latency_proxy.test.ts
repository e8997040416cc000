import assert from "node:assert/strict";
import { startLatencyProxy } from "../../bench/latency_proxy.ts";

Deno.test("startLatencyProxy() passes on requests and replies unchanged, large ones and several at once", async () => {
  const body = "0123456789".repeat(50_000);
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, async (request) => {
    return new Response(await request.text() + request.url.slice(-3));
  });
  await using proxy = startLatencyProxy(`http://127.0.0.1:${server.addr.port}`, 4);
  const headers = { connection: "close" };
  const replies = await Promise.all(["/a0", "/b1", "/c2"].map(async (path) => {
    return await (await fetch(proxy.url + path, { method: "POST", body, headers })).text();
  }));
  assert.deepEqual(replies, ["/a0", "/b1", "/c2"].map((path) => body + path));
});

Deno.test("startLatencyProxy() holds back a reply for a round trip, and the opening of its connection for another", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, () => new Response("here"));
  await using proxy = startLatencyProxy(`http://127.0.0.1:${server.addr.port}`, 30);
  const startMs = performance.now();
  await (await fetch(proxy.url, { headers: { connection: "close" } })).text();
  // A lower bound only: a busy machine makes it longer, never shorter. Timers may be early by a millisecond.
  assert.ok(performance.now() - startMs >= 57);
});
