import assert from "node:assert/strict";
import { AppError, exitCodeOf, InterruptedError, UsageError } from "../../lib/errors.ts";
import { createHttpClient, type HttpClientOptions } from "../../lib/http/client.ts";
import { BadReplyError, HttpError, NoAnswerError, RefusedReplyError } from "../../lib/http/errors.ts";
import { Limiter } from "../../lib/http/limiter.ts";
import type { Transport } from "../../lib/http/transport.ts";
import type { HttpClient } from "../../lib/http/types.ts";
import { silentLogger } from "../../lib/terminal/types.ts";
import { jsonReply, rawServer } from "./raw_server.ts";

/** A client that waits next to nothing between attempts. */
function quickClient(baseUrl: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  return createHttpClient({
    baseUrl,
    service: "MLflow",
    logger: silentLogger,
    ...options,
    retry: { retries: 2, baseDelayMs: 1, ...options.retry },
  });
}

/** A server that gives each request to a handler with its number, from 0. */
function serve(handler: (request: Request, index: number) => Response | Promise<Response>): {
  url: string;
  count: () => number;
  [Symbol.asyncDispose]: () => Promise<void>;
} {
  let count = 0;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => handler(request, count++),
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    count: () => count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(() => assert.fail("expected a rejection"), (error) => error);
}

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

Deno.test("HttpClient.json() keeps bare NaN and int64", async () => {
  await using server = rawServer(jsonReply('{"value": NaN, "step": 9007199254740993}'));
  const client = quickClient(server.url);
  assert.deepEqual(await client.json({ path: "/" }), { value: NaN, step: 9007199254740993n });
});

Deno.test("HttpClient.request() posts text and gives the whole reply", async () => {
  await using server = serve(async (request) => new Response(await request.text(), { status: 201 }));
  const reply = await quickClient(server.url).request({ method: "POST", path: "/", body: '{"a":"ü"}' });
  assert.equal(reply.status, 201);
  assert.equal(reply.text, '{"a":"ü"}');
});

Deno.test("HttpClient.request() tries passing statuses again", async () => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    await using server = serve((_request, index) => index < 2 ? new Response("no", { status }) : new Response("yes"));
    assert.equal((await quickClient(server.url).request({ path: "/" })).text, "yes");
    assert.equal(server.count(), 3);
  }
});

Deno.test("HttpClient.request() rejects with the last answer after all retries", async () => {
  await using server = serve(() => new Response("come back later", { status: 503 }));
  const error = await caught(quickClient(server.url).request({ path: "/x" }));
  assert.ok(error instanceof HttpError);
  assert.equal(error.status, 503);
  assert.equal(error.exitCode, 5);
  assert.equal(error.message, `MLflow answered GET ${server.url}/x with status 503: come back later`);
  assert.equal(server.count(), 3);
});

Deno.test("HttpClient.request() takes the number of retries from the request", async () => {
  await using server = serve(() => new Response("", { status: 500 }));
  await caught(quickClient(server.url).request({ path: "/", retries: 0 }));
  assert.equal(server.count(), 1);
});

Deno.test("HttpClient.request() does not try other answers again and tells MLflow's own words", async () => {
  await using server = serve(() =>
    Response.json({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "No run with id=1" }, { status: 404 })
  );
  const error = await caught(quickClient(server.url).request({ path: "/run" }));
  assert.ok(error instanceof HttpError);
  assert.equal(error.errorCode, "RESOURCE_DOES_NOT_EXIST");
  assert.equal(error.serverMessage, "No run with id=1");
  assert.equal(exitCodeOf(error), 1);
  assert.match(error.message, /status 404: RESOURCE_DOES_NOT_EXIST: No run with id=1$/);
  assert.equal(server.count(), 1);
});

Deno.test("HttpClient.request() rejects at once with a refusal for 401 and 403", async () => {
  for (const status of [401, 403]) {
    await using server = serve(() => new Response("Permission denied", { status }));
    const error = await caught(quickClient(server.url, { hintFor: () => "Set the token" }).request({ path: "/" }));
    assert.ok(error instanceof RefusedReplyError);
    assert.equal(error.status, status);
    assert.equal(error.exitCode, 4);
    assert.equal(error.hint, "Set the token");
    assert.equal(server.count(), 1);
  }
});

Deno.test("HttpClient.request() waits as long as Retry-After asks", async () => {
  await using server = serve((_request, index) =>
    index === 0 ? new Response("", { status: 429, headers: { "retry-after": "1000" } }) : new Response("ok")
  );
  const warnings: string[] = [];
  const client = quickClient(server.url, {
    retry: { maxRetryAfterMs: 100, random: () => 0 },
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
  });
  await client.request({ path: "/" });
  assert.deepEqual(warnings, [`MLflow answered GET ${server.url}/ with status 429: trying again in 0.1 s (1 of 2)`]);
});

Deno.test("HttpClient.request() reads again a body that breaks off", async () => {
  for (
    const cut of [
      "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\ncontent-le",
      "",
    ]
  ) {
    await using server = rawServer(cut, jsonReply("{}"));
    assert.equal((await quickClient(server.url).request({ path: "/" })).text, "{}");
    assert.equal(server.requests.length, 2);
  }
});

Deno.test("HttpClient.json() reads again JSON that breaks off where no length is known", async () => {
  await using server = rawServer('HTTP/1.0 200 OK\r\n\r\n{"metrics": [{"key"', jsonReply('{"metrics": []}'));
  assert.deepEqual(await quickClient(server.url).json({ path: "/" }), { metrics: [] });
});

Deno.test("HttpClient.json() rejects when the reply stays broken", async () => {
  await using server = rawServer('HTTP/1.0 200 OK\r\n\r\n{"metrics": [');
  const error = await caught(quickClient(server.url).json({ path: "/" }));
  assert.ok(error instanceof BadReplyError);
  assert.equal(error.reason, "cut");
  assert.equal(server.requests.length, 3);
});

Deno.test("HttpClient.json() rejects a web page at once and asks whether the address is right", async () => {
  await using server = serve(() =>
    new Response("<!DOCTYPE html><html><head><title>x</title></head><body><h1>Sign&nbsp;in</h1></body></html>", {
      headers: { "content-type": "text/html" },
    })
  );
  const error = await caught(quickClient(server.url).json({ path: "/api" }));
  assert.ok(error instanceof BadReplyError);
  assert.equal(error.message, `MLflow answered GET ${server.url}/api with a web page in place of JSON: Sign in`);
  assert.match(error.hint ?? "", /really that of MLflow/);
  assert.equal(error.exitCode, 1);
  assert.equal(server.count(), 1);
});

Deno.test("HttpClient.json() rejects other text at once and shows the place", async () => {
  await using server = serve(() => new Response('{"a": x}'));
  const error = await caught(quickClient(server.url).json({ path: "/" }));
  assert.ok(error instanceof BadReplyError);
  assert.match(error.message, /text that is not JSON: Unexpected token 'x'/);
  assert.equal(server.count(), 1);
});

Deno.test("HttpClient.request() gives up an attempt that stalls, before and amid the reply, and tries again", async () => {
  for (const stallAfter of ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"]) {
    await using server = rawServer({ stallAfter }, jsonReply("{}"));
    assert.equal((await quickClient(server.url, { timeoutMs: 100 }).request({ path: "/" })).text, "{}");
  }
});

Deno.test("HttpClient.request() rejects when nothing comes in time", async () => {
  await using server = rawServer({ stallAfter: "" });
  const error = await caught(quickClient(server.url, { retry: { retries: 0 } }).request({ path: "/", timeoutMs: 50 }));
  assert.ok(error instanceof NoAnswerError);
  assert.equal(error.reason, "timeout");
  assert.equal(error.exitCode, 5);
  assert.equal(error.message, `Cannot reach MLflow at ${server.url}/: nothing came for 0.05 s`);
});

Deno.test("HttpClient.request() tells a refused connection in one line without credentials", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const warnings: string[] = [];
  const client = quickClient(`http://ali%40ce:p%2Fss@127.0.0.1:${port}`, {
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
  });
  const error = await caught(client.request({ path: "/" }));
  assert.ok(error instanceof NoAnswerError);
  assert.equal(error.reason, "refused");
  assert.equal(error.exitCode, 5);
  assert.equal(error.message, `Cannot reach MLflow at http://127.0.0.1:${port}/: Connection refused`);
  assert.equal(warnings.length, 2);
  const shown = [String(error.stack), ...warnings, JSON.stringify(error)].join("\n");
  assert.doesNotMatch(shown, /ali%40ce|ali@ce|p%2Fss|p\/ss/);
});

Deno.test("HttpClient.request() sends the credentials of the address as Basic, over other Authorization", async () => {
  await using server = serve((request) => new Response(request.headers.get("authorization")));
  const address = server.url.replace("//", "//ali%40ce:p%C3%A4ss%@");
  const client = quickClient(address, { headers: { Authorization: "Bearer x" } });
  const { text } = await client.request({ path: "/" });
  assert.equal(text, `Basic ${btoa("ali@ce:p\xc3\xa4ss%")}`);
});

Deno.test("createHttpClient() refuses a header that cannot be sent without showing its value", () => {
  assert.throws(() => quickClient("http://127.0.0.1", { headers: { "x-api-key": "sec\nret" } }), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /x-api-key/);
    assert.doesNotMatch(`${error.message} ${error.hint}`, /sec|ret\b/);
    return true;
  });
});

Deno.test("HttpClient.request() makes the body anew for each attempt", async () => {
  const bodies: string[] = [];
  await using server = serve(async (request, index) => {
    bodies.push(await request.text());
    return new Response("", { status: index === 0 ? 503 : 200 });
  });
  let made = 0;
  await quickClient(server.url).request({
    method: "POST",
    path: "/",
    body: () => ReadableStream.from([new TextEncoder().encode(`body ${++made}`)]),
  });
  assert.deepEqual(bodies, ["body 1", "body 2"]);
});

Deno.test("HttpClient.request() rejects at once with the failure of a body's source", async () => {
  await using server = serve(async (request) => new Response(await request.text().catch(() => "")));
  const failure = new AppError("Cannot read runs.json");
  const client = quickClient(server.url);
  let made = 0;
  const broken = (): ReadableStream<Uint8Array> => {
    made++;
    return new ReadableStream({ pull: (controller) => controller.error(failure) });
  };
  assert.equal(await caught(client.request({ method: "POST", path: "/", body: broken })), failure);
  const throwing = (): never => {
    made++;
    throw failure;
  };
  assert.equal(await caught(client.request({ method: "POST", path: "/", body: throwing })), failure);
  assert.equal(made, 2);
});

Deno.test("HttpClient.request() reads gzip", async () => {
  await using server = serve((request) => {
    assert.match(request.headers.get("accept-encoding") ?? "", /gzip/);
    const body = new Blob(["{}"]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Response(body, { headers: { "content-encoding": "gzip" } });
  });
  assert.deepEqual(await quickClient(server.url).json({ path: "/" }), {});
});

Deno.test("HttpClient.request() ends with the signal's reason in flight, between attempts and while waiting", async () => {
  await using server = rawServer({ stallAfter: "" });
  await using failing = serve(() => new Response("", { status: 503 }));
  const reason = new Error("Stopped");
  for (const [url, expectedWarnings] of [[server.url, 0], [failing.url, 1]] as const) {
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
    setTimeout(() => controller.abort(reason), 50);
    assert.deepEqual(await Promise.all(ends), [reason, reason]);
    assert.equal(await caught(client.request({ path: "/" })), reason);
    assert.equal(warnings, expectedWarnings);
    held.release();
  }
});

Deno.test("HttpClient.request() goes by priority among requests that wait", async () => {
  const order: string[] = [];
  await using server = serve((request) => {
    order.push(new URL(request.url).pathname);
    return new Response("");
  });
  const limiter = new Limiter({ max: 1 });
  const held = await limiter.acquire();
  const client = quickClient(server.url, { limiter });
  const replies = [{ path: "/low", priority: -1 }, { path: "/normal" }, { path: "/high", priority: 1 }]
    .map((request) => client.request(request));
  held.release();
  await Promise.all(replies);
  assert.deepEqual(order, ["/high", "/normal", "/low"]);
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

Deno.test("HttpClient.request() ends with the reason of the request's own signal", async () => {
  await using server = rawServer({ stallAfter: "" });
  const signal = AbortSignal.abort(new InterruptedError("Stopped"));
  const client = quickClient(server.url, { signal: new AbortController().signal });
  assert.equal(await caught(client.request({ path: "/", signal })), signal.reason);
});

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
    const { stream } = await quickClient(server.url, { limiter, timeoutMs: 100 }).open({ path: "/" });
    const error = await caught(new Response(stream).text());
    assert.ok(error instanceof NoAnswerError);
    assert.equal(error.reason, reason);
    await settle();
    assert.equal(limiter.active, 0);
  }
});

Deno.test("HttpClient.open() does not count the time in which nobody reads", async () => {
  await using server = serve(() => new Response("x".repeat(3_000_000)));
  const { stream } = await quickClient(server.url, { timeoutMs: 60 }).open({ path: "/" });
  let size = 0;
  for await (const chunk of stream) {
    if (size === 0) await new Promise((resolve) => setTimeout(resolve, 150));
    size += chunk.length;
  }
  assert.equal(size, 3_000_000);
});

Deno.test("HttpClient halves the calls in flight on overload and holds the place while it waits, not on a crash", async () => {
  for (const [status, limit, active] of [[503, 2, 1], [500, 4, 0]]) {
    await using server = serve(() => new Response("", { status: status! }));
    const limiter = new Limiter({ max: 4 });
    const controller = new AbortController();
    const { promise: waiting, resolve } = Promise.withResolvers<void>();
    const client = quickClient(server.url, {
      limiter,
      signal: controller.signal,
      logger: { ...silentLogger, warn: () => resolve() },
      retry: { baseDelayMs: 600_000, maxDelayMs: 600_000, random: () => 0.99 },
    });
    const end = caught(client.request({ path: "/" }));
    await waiting;
    await settle();
    assert.deepEqual([limiter.limit, limiter.active], [limit, active]);
    controller.abort(new InterruptedError("Stopped"));
    await end;
  }
});

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
