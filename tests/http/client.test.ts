import assert from "node:assert/strict";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { BadReplyError, NoAnswerError } from "../../lib/http/failure/errors.ts";
import { Limiter } from "../../lib/http/limiter.ts";
import { silentLogger } from "../../lib/logger.ts";
import { createRedactor } from "../../lib/terminal/redact.ts";
import { caught, quickClient, serve } from "./helpers.ts";
import { jsonReply, rawServer } from "./raw_server.ts";

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

Deno.test("HttpClient.json() rejects a web page at once and asks whether the address is right", async () => {
  await using server = serve(() =>
    new Response("<!DOCTYPE html><html><head><title>x</title></head><body><h1>Grafana&nbsp;11</h1></body></html>", {
      headers: { "content-type": "text/html" },
    })
  );
  const error = await caught(quickClient(server.url).json({ path: "/api" }));
  assert.ok(error instanceof BadReplyError);
  assert.equal(error.message, `MLflow answered GET ${server.url}/api with a web page in place of JSON: Grafana 11`);
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

Deno.test("createHttpClient() refuses a header that cannot be sent without showing its value", () => {
  assert.throws(() => quickClient("http://127.0.0.1", { headers: { "x-api-key": "sec\nret" } }), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /x-api-key/);
    assert.doesNotMatch(`${error.message} ${error.hint}`, /sec|ret\b/);
    return true;
  });
});

Deno.test("HttpClient.request() reads gzip", async () => {
  await using server = serve((request) => {
    assert.match(request.headers.get("accept-encoding") ?? "", /gzip/);
    const body = new Blob(["{}"]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Response(body, { headers: { "content-encoding": "gzip" } });
  });
  assert.deepEqual(await quickClient(server.url).json({ path: "/" }), {});
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

Deno.test("a client tells of each token before it is sent, and of signatures nothing", async () => {
  const redactor = createRedactor();
  const tokens = ["first-token", "first-token", "second-token"];
  const sent: string[] = [];
  await using server = serve((request) => {
    sent.push(request.headers.get("authorization") ?? "");
    return new Response(`no such thing for ${sent.at(-1)?.split(" ").at(-1)}`, { status: 404 });
  });
  const hidden: string[] = [];
  const said: string[] = [];
  for (const kind of ["Bearer", "AWS4-HMAC-SHA256"]) {
    const left = [...tokens];
    const client = quickClient(server.url, {
      authorize: () => Promise.resolve({ authorization: `${kind} ${left.shift()}` }),
      hide: (secrets) => {
        hidden.push(...secrets);
        redactor.add(secrets);
      },
    });
    for (const _ of tokens) {
      await client.json({ path: "/" }).catch((error) => void said.push(redactor.redact(messageOf(error))));
    }
    await client.close();
  }
  assert.deepEqual(hidden, ["first-token", "second-token"]);
  assert.equal(sent.length, 6);
  assert.equal(said.length, 6);
  for (const words of said) assert.doesNotMatch(words, /first-token|second-token/);
  assert.match(said[2] ?? "", /no such thing for \*\*\*/);
});
