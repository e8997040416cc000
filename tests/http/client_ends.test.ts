import assert from "node:assert/strict";
import { BadReplyError } from "../../lib/http/failure/errors.ts";
import { Limiter } from "../../lib/http/limiter.ts";
import type { Transport } from "../../lib/http/connection/transport.ts";
import { silentLogger } from "../../lib/logger.ts";
import { caught, quickClient, serve, settle } from "./helpers.ts";
import { rawServer } from "./raw_server.ts";

Deno.test("HttpClient.json() sends path, query and headers and parses the reply", async () => {
  await using server = serve((request) => {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    return Response.json({
      method,
      path: pathname + search,
      token: headers.get("x-api-key"),
      own: headers.get("x-own"),
    });
  });
  const client = quickClient(`${server.url}/prefix/`, { headers: { "X-Api-Key": "secret" } });
  assert.deepEqual(await client.json({ path: "/api?run_id=a%2Fb", headers: { "x-own": "1" } }), {
    method: "GET",
    path: "/prefix/api?run_id=a%2Fb",
    token: "secret",
    own: "1",
  });
  await client.close();
});

Deno.test("HttpClient.request() sends the credentials of the address as Basic, over other Authorization", async () => {
  await using server = serve((request) => new Response(request.headers.get("authorization")));
  const address = server.url.replace("//", "//ali%40ce:p%C3%A4ss%@");
  const client = quickClient(address, { headers: { Authorization: "Bearer x" } });
  const { text } = await client.request({ path: "/" });
  assert.equal(text, `Basic ${btoa("ali@ce:p\xc3\xa4ss%")}`);
});

Deno.test("HttpClient.request() ends with the signal's reason in flight, between attempts and while waiting", async () => {
  await using server = rawServer({ stallAfter: "" });
  await using failing = serve(() => new Response("", { status: 503 }));
  const reason = new Error("Stopped");
  for (const [url, expectedWarnings] of [[server.url, 0], [failing.url, 1]] as const) {
    const isUnderWay = (): boolean => expectedWarnings === 0 ? server.requests.length === 1 : warnings === 1;
    const controller = new AbortController();
    const limiter = new Limiter({ max: 2 });
    const held = await limiter.acquire();
    let warnings = 0;
    const client = quickClient(url, {
      limiter,
      signal: controller.signal,
      logger: { ...silentLogger, warn: () => void warnings++ },
      retry: { baseDelayMs: 600_000, maxDelayMs: 600_000, random: () => 0.99 },
    });
    const ends = [client.request({ path: "/" }), client.request({ path: "/" })].map(caught);
    while (!isUnderWay()) await settle();
    controller.abort(reason);
    assert.deepEqual(await Promise.all(ends), [reason, reason]);
    assert.equal(await caught(client.request({ path: "/" })), reason);
    assert.equal(warnings, expectedWarnings);
    held.release();
  }
});

Deno.test("HttpClient.close() closes the transport", async () => {
  let closed = 0;
  const transport: Transport = {
    fetch: () => Promise.resolve(new Response("")),
    close: () => Promise.resolve(void closed++),
  };
  await quickClient("http://127.0.0.1", { transport }).close();
  assert.equal(closed, 1);
});

Deno.test("HttpClient ends a request and a stream with the reason of either signal", async () => {
  await using server = rawServer({ stallAfter: "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin" });
  const reason = new Error("Stopped");
  for (const which of [0, 1]) {
    const controllers = [new AbortController(), new AbortController()] as const;
    const client = quickClient(server.url, { signal: controllers[0].signal });
    const request = { path: "/", signal: controllers[1].signal };
    const { stream } = await client.open(request);
    const ends = [caught(client.request(request)), caught(new Response(stream).text())];
    setTimeout(() => controllers[which]?.abort(reason), 50);
    assert.deepEqual(await Promise.all(ends), [reason, reason]);
    assert.equal(await caught(client.request(request)), reason);
  }
});

Deno.test("HttpClient.json() still hears both signals when it asks again after JSON that breaks off", async () => {
  await using server = rawServer("HTTP/1.0 200 OK\r\n\r\n[", { stallAfter: "" });
  const reason = new Error("Stopped");
  const controller = new AbortController();
  const client = quickClient(server.url, { signal: controller.signal });
  const end = caught(client.json({ path: "/", signal: new AbortController().signal }));
  while (server.requests.length < 2) await settle();
  controller.abort(reason);
  assert.equal(await end, reason);
});

Deno.test("HttpClient.fold() throws a fault of the program as it is, and does not ask again", async () => {
  for (const fault of [new TypeError("x is not a function"), new RangeError("Maximum call stack size exceeded")]) {
    await using server = serve(() => Response.json({ a: 1 }));
    const end = (): never => {
      throw fault;
    };
    const error = await caught(quickClient(server.url).fold({ path: "/" }, () => ({ take: () => {}, end })));
    assert.equal(error, fault);
    assert.equal(server.count(), 1);
  }
});

Deno.test("HttpClient.request() throws a fault of the transport as it is, and does not ask again", async () => {
  let count = 0;
  const fault = new TypeError("undici is not a function");
  const transport: Transport = {
    fetch: () => Promise.reject((count++, fault)),
    close: () => Promise.resolve(),
  };
  assert.equal(await caught(quickClient("http://127.0.0.1", { transport }).request({ path: "/" })), fault);
  assert.equal(count, 1);
});

Deno.test("HttpClient.json() takes JSON that is nested too deeply for what it is, at once", async () => {
  const deep = `{"a": ${"[".repeat(200_000)}12345678901234567890${"]".repeat(200_000)}}`;
  await using server = serve(() => new Response(deep));
  const error = await caught(quickClient(server.url).json({ path: "/" }));
  assert.ok(error instanceof BadReplyError && error.reason === "json", String(error));
  assert.match(error.message, /nested too deeply/);
  assert.equal(server.count(), 1);
});

/** A reply that never ends, and whether it was ended. */
function endless(piece: string, status = 200): { reply: () => Response; isCancelled: () => boolean } {
  const bytes = new TextEncoder().encode(piece);
  let cancelled = false;
  const pull = (controller: ReadableStreamDefaultController): void => controller.enqueue(bytes);
  return {
    reply: () => new Response(new ReadableStream({ pull, cancel: () => void (cancelled = true) }), { status }),
    isCancelled: () => cancelled,
  };
}

function answering(reply: () => Response): Transport & { count: () => number } {
  let count = 0;
  return {
    count: () => count,
    fetch: () => Promise.resolve((count++, reply())),
    close: () => Promise.resolve(),
  };
}

Deno.test("HttpClient.json() ends a reply that never ends, and does not ask again", async () => {
  for (const piece of ["[", '{"a": ', " "]) {
    const { reply, isCancelled } = endless(piece.repeat(1 << 22));
    const transport = answering(reply);
    const error = await caught(quickClient("http://127.0.0.1", { transport }).json({ path: "/" }));
    assert.ok(error instanceof BadReplyError && error.reason === "long", String(error));
    assert.match(error.message, /more than 256 MiB/);
    assert.deepEqual([transport.count(), isCancelled()], [1, true]);
  }
});

Deno.test("HttpClient.request() reads the beginning of a text that never ends, and of a failure's", async () => {
  const good = endless("x".repeat(1 << 16));
  const { text } = await quickClient("http://127.0.0.1", { transport: answering(good.reply) }).request({ path: "/" });
  assert.ok(text.length < 2_000_000);
  assert.ok(good.isCancelled());
  const bad = endless("x".repeat(1 << 16), 404);
  const error = await caught(
    quickClient("http://127.0.0.1", { transport: answering(bad.reply) }).request({ path: "/" }),
  );
  assert.match(String(error), /status 404: xxx/);
  assert.ok(bad.isCancelled());
});
