import assert from "node:assert/strict";
import { createHttpClient } from "../../lib/http/client.ts";
import { type HttpError, RedirectError } from "../../lib/http/failure/errors.ts";
import { fetchFollowing } from "../../lib/http/redirect.ts";
import type { Transport } from "../../lib/http/connection/transport.ts";
import type { HttpClient } from "../../lib/http/types.ts";
import { silentLogger } from "../../lib/logger.ts";
import { caught, quickClient, serve } from "./helpers.ts";

const headers = {
  authorization: "Bearer t",
  "x-api-key": "k",
  cookie: "c=1",
  "x-gateway": "g",
  "x-mlflow-workspace": "w",
};

/** A server that redirects where the path is one of those given, and else tells what it got. */
function server(redirects: Record<string, [status: number, location: string]> = {}): {
  url: string;
  count: () => number;
  [Symbol.asyncDispose]: () => Promise<void>;
} {
  let count = 0;
  const served = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    count++;
    const { pathname, search } = new URL(request.url);
    const [status, location] = redirects[pathname] ?? [];
    if (location !== undefined) return new Response("moved", { status: status!, headers: { location } });
    const sent = Object.keys(headers).filter((name) => request.headers.has(name));
    return Response.json({ method: request.method, path: pathname + search, sent, body: await request.text() });
  });
  return {
    url: `http://127.0.0.1:${served.addr.port}`,
    count: () => count,
    [Symbol.asyncDispose]: () => served.shutdown(),
  };
}

function client(baseUrl: string, own: Record<string, string> = headers): HttpClient {
  return createHttpClient({ baseUrl, service: "Kiroframe", logger: silentLogger, headers: own });
}

async function refused(promise: Promise<unknown>): Promise<RedirectError> {
  const error = await promise.then(() => assert.fail("expected a rejection"), (thrown) => thrown);
  assert.ok(error instanceof RedirectError, String(error));
  return error;
}

Deno.test("fetchFollowing() keeps credentials on the same server", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    await using same = server({ "/a": [status, "/b?c=d"] });
    assert.deepEqual(await client(same.url).json({ path: "/a" }), {
      method: "GET",
      path: "/b?c=d",
      sent: Object.keys(headers),
      body: "",
    });
  }
});

Deno.test("fetchFollowing() drops credentials for another server, and does not take them up again", async () => {
  await using first = server();
  await using other = server({ "/b": [302, `${first.url}/c`] });
  await using origin = server({ "/a": [302, `${other.url}/b`] });
  const reply = await client(origin.url).json({ path: "/a" }) as { path: string; sent: string[] };
  assert.equal(reply.path, "/c");
  assert.deepEqual(reply.sent, ["x-mlflow-workspace"]);
});

Deno.test("fetchFollowing() sends no credentials that a redirect names", async () => {
  await using other = server();
  await using origin = server({ "/a": [302, other.url.replace("//", "//us:pw@") + "/b"] });
  const reply = await client(origin.url, {}).json({ path: "/a" }) as { sent: string[] };
  assert.deepEqual(reply.sent, []);
});

Deno.test("fetchFollowing() repeats a POST with its body by 307 and 308", async () => {
  for (const status of [307, 308]) {
    await using same = server({ "/a": [status, "/b"] });
    for (const body of ["text", () => ReadableStream.from([new TextEncoder().encode("text")])]) {
      const reply = await client(same.url).json({ method: "POST", path: "/a", body });
      assert.deepEqual(reply, { method: "POST", path: "/b", sent: Object.keys(headers), body: "text" });
    }
  }
});

Deno.test("fetchFollowing() repeats a POST without a token on another server, without credentials", async () => {
  await using other = server();
  await using origin = server({ "/a": [307, `${other.url}/b`] });
  const own = { authorization: "Bearer t" };
  const reply = await client(origin.url, own).json({ method: "POST", path: "/a", body: "text" });
  assert.deepEqual(reply, { method: "POST", path: "/b", sent: [], body: "text" });
});

Deno.test("fetchFollowing() refuses to send a POST with a token to another server", async () => {
  await using other = server();
  await using origin = server({ "/a": [307, `${other.url}/a?secret=1`] });
  const error = await refused(client(origin.url).request({ method: "POST", path: "/a", body: "{}" }));
  assert.equal(
    error.message,
    `Kiroframe redirects POST ${origin.url}/a to ${other.url}/a: the token is not sent to another server`,
  );
  assert.equal(error.hint, `If that is the right server, give ${other.url} as its address`);
  assert.equal(error.exitCode, 1);
  assert.equal(other.count(), 0);
  assert.equal(origin.count(), 1);
});

Deno.test("fetchFollowing() refuses to turn a POST into a GET", async () => {
  for (const status of [301, 302, 303]) {
    await using same = server({ "/a": [status, "/prefix/a"] });
    const error = await refused(client(same.url, {}).request({ method: "POST", path: "/a", body: "{}" }));
    assert.match(error.message, new RegExp(`with status ${status} a POST would lose its data$`));
    assert.equal(error.exitCode, 1);
    assert.equal(same.count(), 1);
  }
});

Deno.test("fetchFollowing() takes another path for a login: exit 4, and nothing is asked of it", async () => {
  await using other = server();
  for (const status of [301, 302, 303]) {
    await using gateway = server({ "/a": [status, `${other.url}/authorize?state=secret`] });
    const error = await refused(client(gateway.url, {}).request({ method: "POST", path: "/a", body: "{}" }));
    assert.equal(
      error.message,
      `Kiroframe redirects POST ${gateway.url}/a to ${other.url}/authorize: the way to a login page, it seems`,
    );
    assert.match(error.hint ?? "", /single sign-on/);
    assert.equal(error.exitCode, 4);
  }
  assert.equal(other.count(), 0);
});

Deno.test("fetchFollowing() ends after five redirects", async () => {
  await using loop = server({ "/a": [302, "/b"], "/b": [302, "/a"] });
  const error = await refused(client(loop.url).request({ path: "/a" }));
  assert.match(error.message, /redirect number 6 in a row/);
  assert.equal(loop.count(), 6);
});

Deno.test("HttpClient.request() names another host that does not answer, and that answers with a failure", async () => {
  await using origin = server({ "/a": [302, "http://localhost:9/login?ticket=secret"] });
  const error = await refused(quickClient(origin.url).request({ path: "/a" }));
  assert.ok(
    error.message.startsWith(
      `MLflow redirects GET ${origin.url}/a to http://localhost:9/login: no answer came from there: `,
    ),
    error.message,
  );
  assert.equal(error.exitCode, 1);
  // It may pass, so it is tried again.
  assert.equal(origin.count(), 3);
  await using other = serve(() => new Response("", { status: 404 }));
  const location = other.url.replace("127.0.0.1", "localhost");
  await using pointing = server({ "/a": [302, `${location}/b?ticket=secret`] });
  const failure = await caught(quickClient(pointing.url).request({ path: "/a" })) as HttpError;
  assert.equal(
    failure.message,
    `MLflow answered GET ${pointing.url}/a, redirected to ${location}/b, with status 404`,
  );
});

Deno.test("fetchFollowing() follows to web addresses only", async () => {
  await using origin = server({ "/a": [302, "file:///etc/passwd"] });
  assert.match((await refused(client(origin.url).request({ path: "/a" }))).message, /no web address/);
});

Deno.test("fetchFollowing() keeps credentials from http to https of the same host, on the usual ports alone", async () => {
  const cases: [from: string, to: string, isKept: boolean][] = [
    ["http://mlflow.test/a", "https://mlflow.test/a", true],
    ["http://mlflow.test/a", "https://other.test/a", false],
    ["http://mlflow.test/a", "https://mlflow.test:8443/a", false],
    ["http://mlflow.test:5000/a", "https://mlflow.test/a", false],
    ["https://mlflow.test/a", "http://mlflow.test/a", false],
  ];
  for (const [from, to, isKept] of cases) {
    const seen: [string, Readonly<Record<string, string>>][] = [];
    const transport: Transport = {
      fetch(url, request): Promise<Response> {
        seen.push([url.href, request.headers]);
        const init = seen.length === 1 ? { status: 308, headers: { location: to } } : {};
        return Promise.resolve(new Response(null, init));
      },
      close: () => Promise.resolve(),
    };
    const request = { method: "GET", headers, signal: new AbortController().signal };
    await fetchFollowing(transport, { info: { service: "MLflow", method: "GET", url: from }, request });
    assert.equal(seen[1]?.[0], to);
    assert.equal("authorization" in (seen[1]?.[1] ?? {}), isKept, `${from} ${to}`);
  }
});
