import assert from "node:assert/strict";
import { AppError, exitCodeOf, InterruptedError } from "../../lib/errors.ts";
import { BadReplyError, HttpError, NoAnswerError, RefusedReplyError } from "../../lib/http/failure/errors.ts";
import { Limiter } from "../../lib/http/limiter.ts";
import { silentLogger } from "../../lib/logger.ts";
import { caught, quickClient, serve, settle } from "./helpers.ts";
import { jsonReply, rawServer } from "./raw_server.ts";

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

Deno.test("HttpClient.request() takes the number of retries after each failure from what the request says of it", async () => {
  // The second failure is of the kind that is tried again once in all: it comes too late for that.
  await using server = serve((_request, index) => new Response("", { status: index === 0 ? 503 : 500 }));
  const retries = (failure: unknown): number | undefined =>
    failure instanceof HttpError && failure.status === 500 ? 1 : undefined;
  const error = await caught(quickClient(server.url).request({ path: "/", retries }));
  assert.equal((error as HttpError).status, 500);
  assert.equal(server.count(), 2);
  await using busy = serve(() => new Response("", { status: 503 }));
  await caught(quickClient(busy.url).request({ path: "/", retries }));
  assert.equal(busy.count(), 3);
});

Deno.test("HttpClient.request() tries no oftener than the client's policy allows after a failure of that kind", async () => {
  const mostRetriesAfter = (failure: unknown): number =>
    failure instanceof HttpError && failure.status === 500 ? 1 : Infinity;
  await using server = serve(() => new Response("", { status: 500 }));
  const client = quickClient(server.url, { retry: { mostRetriesAfter } });
  for (const retries of [undefined, 2, () => 2]) await caught(client.request({ path: "/", retries }));
  assert.equal(server.count(), 3 * 2);
  await caught(client.request({ path: "/", retries: 0 }));
  assert.equal(server.count(), 3 * 2 + 1);
  await using busy = serve(() => new Response("", { status: 503 }));
  await caught(quickClient(busy.url, { retry: { mostRetriesAfter } }).request({ path: "/" }));
  assert.equal(busy.count(), 3);
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

Deno.test("HttpClient.request() gives up an attempt that stalls, before and amid the reply, and tries again", async () => {
  for (const stallAfter of ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"]) {
    await using server = rawServer({ stallAfter }, jsonReply("{}"));
    assert.equal((await quickClient(server.url, { timeoutMs: 400 }).request({ path: "/" })).text, "{}");
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
