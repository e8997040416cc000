import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../lib/errors.ts";
import { createHttpClient } from "../../lib/http/client.ts";
import { HttpError, NoAnswerError, TlsError } from "../../lib/http/errors.ts";
import { createTransport, type TransportOptions } from "../../lib/http/transport.ts";
import type { HttpClient } from "../../lib/http/types.ts";
import { silentLogger } from "../../lib/terminal/types.ts";
import { proxyServer } from "./proxy_server.ts";
import { jsonReply, rawServer } from "./raw_server.ts";

const fixtures = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));
const caPath = `${fixtures}ca.pem`;
const clientCertPath = `${fixtures}client.pem`;

function client(baseUrl: string, options: TransportOptions = {}): HttpClient & AsyncDisposable {
  const made = createHttpClient({
    baseUrl,
    service: "MLflow",
    logger: silentLogger,
    transport: createTransport(options),
    retry: { retries: 1, baseDelayMs: 1 },
    timeoutMs: 5_000,
  });
  return Object.assign(made, { [Symbol.asyncDispose]: () => made.close() });
}

/** An https server that names the request's method, path and body. */
function tlsServer(name = "server"): { url: string; [Symbol.asyncDispose]: () => Promise<void> } {
  const [cert, key] = ["pem", "key"].map((end) => Deno.readTextFileSync(`${fixtures}${name}.${end}`)) as [
    string,
    string,
  ];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {}, cert, key },
    async (request) => new Response(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`),
  );
  return { url: `https://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(() => assert.fail("expected a rejection"), (error) => error);
}

Deno.test("Transport.fetch() trusts the authorities of a file or a folder", async () => {
  await using server = tlsServer();
  for (const path of [caPath, fixtures]) {
    await using http = client(server.url, { tls: { caPath: path } });
    assert.equal((await http.request({ path: "/a" })).text, "GET /a ");
  }
});

Deno.test("Transport.fetch() trusts REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE as Python's client does", async () => {
  await using server = tlsServer();
  for (const env of [{ REQUESTS_CA_BUNDLE: caPath, CURL_CA_BUNDLE: "/nowhere" }, { CURL_CA_BUNDLE: caPath }]) {
    await using http = client(server.url, { env });
    assert.equal((await http.request({ path: "/" })).status, 200);
  }
});

Deno.test("HttpClient.request() rejects an unknown authority at once, with the cause and what to do", async () => {
  await using server = tlsServer();
  // The folder's other certificate signed nothing; without any option the runtime's own fetch refuses.
  for (const options of [{ tls: { caPath: clientCertPath } }, {}]) {
    await using http = client(server.url, options);
    const error = await caught(http.request({ path: "/" }));
    assert.ok(error instanceof TlsError);
    assert.equal(error.exitCode, 1);
    assert.match(
      error.message,
      /^Cannot connect securely to MLflow at https:\/\/127\.0\.0\.1:\d+\/: .*(?:certificate|UnknownIssuer)/,
    );
    assert.match(error.hint ?? "", /REQUESTS_CA_BUNDLE/);
  }
});

Deno.test("HttpClient.request() rejects a certificate that is expired or made for another name", async () => {
  // For an expired one, Deno's node:tls says no more than that it cannot be verified.
  for (const [name, hint] of [["expired", /expired/], ["wrong_name", /host name/]] as const) {
    await using server = tlsServer(name);
    await using http = client(server.url, { tls: { caPath } });
    const error = await caught(http.request({ path: "/" }));
    assert.ok(error instanceof TlsError);
    assert.match(error.hint ?? "", hint);
  }
});

Deno.test("HttpClient.request() tells https to a server without TLS", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using http = client(server.url.replace("http:", "https:"));
  const error = await caught(http.request({ path: "/" }));
  assert.ok(error instanceof TlsError);
  assert.match(error.hint ?? "", /http:\/\/ in place of https:\/\//);
});

Deno.test("Transport.fetch() accepts every certificate when it is asked to", async () => {
  for (const name of ["server", "wrong_name", "expired"]) {
    await using server = tlsServer(name);
    await using http = client(server.url, { tls: { insecure: true }, env: { REQUESTS_CA_BUNDLE: "/nowhere" } });
    assert.equal((await http.request({ path: "/" })).status, 200);
  }
});

Deno.test("Transport.fetch() sends bodies over undici, text and streams", async () => {
  await using server = tlsServer();
  await using http = client(server.url, { tls: { caPath } });
  const stream = (): ReadableStream<Uint8Array> => ReadableStream.from(["a", "b"]).pipeThrough(new TextEncoderStream());
  assert.equal((await http.request({ method: "POST", path: "/x", body: "ä" })).text, "POST /x ä");
  assert.equal((await http.request({ method: "POST", path: "/x", body: stream })).text, "POST /x ab");
});

Deno.test("Transport.fetch() reads files of certificates only for encrypted connections", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using http = client(server.url, { tls: { caPath: "/nowhere" } });
  assert.equal((await http.request({ path: "/" })).text, "{}");
});

Deno.test("HttpClient.request() rejects a file of certificates that is missing or holds none", async () => {
  await using server = tlsServer();
  const cases: TransportOptions["tls"][] = [
    { caPath: `${fixtures}missing.pem` },
    { caPath: `${fixtures}make.sh` },
    { clientCertPath: `${fixtures}missing.pem` },
    { clientCertPath: `${fixtures}server.pem` },
  ];
  for (const tls of cases) {
    await using http = client(server.url, { tls: tls! });
    assert.ok(await caught(http.request({ path: "/" })) instanceof UsageError, JSON.stringify(tls));
  }
});

const openssl = await new Deno.Command("openssl", { args: ["version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: "Transport.fetch() shows a client certificate to a server that demands one",
  // Deno's own servers cannot demand one.
  ignore: !openssl,
  async fn(): Promise<void> {
    const args = [
      "s_server",
      "-Verify",
      "1",
      "-verify_return_error",
      "-CAfile",
      caPath,
      "-cert",
      `${fixtures}server.pem`,
    ];
    const child = new Deno.Command("openssl", {
      args: [...args, "-key", `${fixtures}server.key`, "-accept", "127.0.0.1:0", "-www"],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream());
    let port: string | undefined;
    for await (const text of lines.values({ preventCancel: true })) {
      port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) break;
    }
    try {
      await using http = client(`https://127.0.0.1:${port}`, { tls: { caPath, clientCertPath } });
      assert.match((await http.request({ path: "/" })).text, /CN ?= ?client/);
      await using without = client(`https://127.0.0.1:${port}`, { tls: { caPath } });
      await assert.rejects(without.request({ path: "/" }));
    } finally {
      await lines.cancel();
      child.kill("SIGKILL");
      await child.status;
    }
  },
});

Deno.test("Transport.fetch() forwards plain requests by the proxy, with its user and password", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using proxy = proxyServer();
  await using http = client(server.url, { env: { http_proxy: `http://us%40er:pa%2Fss@${proxy.host}` } });
  assert.deepEqual(await http.json({ path: "/a?b=c" }), {});
  assert.deepEqual(proxy.asked, [`GET ${server.url}/a?b=c HTTP/1.1`]);
  assert.deepEqual(proxy.authorizations, [`Basic ${btoa("us@er:pa/ss")}`]);
});

Deno.test("Transport.fetch() tunnels encrypted requests through the proxy and still checks the certificate", async () => {
  await using server = tlsServer();
  await using proxy = proxyServer();
  const env = { HTTPS_PROXY: proxy.host };
  await using http = client(server.url, { env, tls: { caPath } });
  assert.equal((await http.request({ path: "/a" })).text, "GET /a ");
  assert.deepEqual(proxy.asked, [`CONNECT ${new URL(server.url).host} HTTP/1.1`]);
  await using unknowing = client(server.url, { env });
  assert.ok(await caught(unknowing.request({ path: "/" })) instanceof TlsError);
});

Deno.test("Transport.fetch() goes directly where NO_PROXY says so", async () => {
  await using server = rawServer(jsonReply("{}"));
  await using proxy = proxyServer();
  await using http = client(server.url, { env: { ALL_PROXY: proxy.host, NO_PROXY: "10.0.0.0/8,127.0.0.0/8" } });
  assert.deepEqual(await http.json({ path: "/" }), {});
  assert.deepEqual(proxy.asked, []);
});

Deno.test("Transport.fetch() follows our NO_PROXY where the runtime's fetch would use the process's proxy", async () => {
  await using server = rawServer(jsonReply('{"a": 1}'));
  await using proxy = proxyServer("502 Bad Gateway");
  const module = new URL("../../lib/http/transport.ts", import.meta.url).href;
  // Deno does not know "*", so a plain fetch would go to the proxy.
  const env = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: "*" };
  const code = `
    import { createTransport } from ${JSON.stringify(module)};
    const transport = createTransport({ env: Deno.env.toObject() });
    const request = { method: "GET", headers: {}, signal: new AbortController().signal };
    const reply = await transport.fetch(new URL(${JSON.stringify(server.url)}), request);
    console.log(reply.status, await reply.text());
    await transport.close();`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], env }).output();
  assert.equal(new TextDecoder().decode(stdout), '200 {"a": 1}\n');
  assert.deepEqual(proxy.asked, []);
});

Deno.test("HttpClient.request() tells what the proxy refuses, and tries again what passes", async () => {
  await using server = tlsServer();
  const cases = [["407 Proxy Authentication Required", 407, 1, 1], ["403 Forbidden", 403, 1, 1], [
    "502 Bad Gateway",
    502,
    2,
    5,
  ]] as const;
  for (const [refusal, status, calls, exitCode] of cases) {
    for (const url of status === 407 ? [server.url, server.url.replace("https:", "http:")] : [server.url]) {
      await using proxy = proxyServer(refusal);
      await using http = client(url, { env: { all_proxy: `http://us:secret@${proxy.host}` } });
      const error = await caught(http.request({ path: "/" }));
      assert.ok(error instanceof HttpError);
      assert.equal(error.status, status);
      assert.equal(error.exitCode, exitCode);
      assert.match(error.message, /^The proxy answered CONNECT/);
      assert.doesNotMatch(`${error.message} ${error.hint}`, /secret/);
      assert.equal(proxy.asked.length, calls);
    }
  }
});

Deno.test("HttpClient.request() tells a proxy that is not there", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await using http = client("http://mlflow.test", { env: { http_proxy: `http://127.0.0.1:${port}` } });
  const error = await caught(http.request({ path: "/" }));
  assert.ok(error instanceof NoAnswerError);
  assert.equal(error.reason, "refused");
});

Deno.test("HttpClient.request() reads again what breaks off, and gives up what stalls, over undici", async () => {
  const begin = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin";
  for (const first of [begin, { stallAfter: begin }, { stallAfter: "" }, ""]) {
    await using server = rawServer(first, jsonReply("{}"));
    await using http = client(server.url, { env: { http_proxy: "http://127.0.0.1:9", no_proxy: "*" } });
    assert.equal((await http.request({ path: "/", timeoutMs: 200 })).text, "{}");
  }
});

Deno.test("HttpClient.open() fails a stream that breaks off or stalls, over undici", async () => {
  const begin = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nbegin";
  for (const [reply, reason] of [[begin, "connection"], [{ stallAfter: begin }, "timeout"]] as const) {
    await using server = rawServer(reply);
    await using http = client(server.url, { env: { http_proxy: "http://127.0.0.1:9", no_proxy: "*" } });
    const { stream } = await http.open({ path: "/", timeoutMs: 200 });
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
