import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { TlsError } from "../../../lib/http/failure/errors.ts";
import { createHttpClient } from "../../../lib/http/client.ts";
import { createTransport, type Transport, type TransportOptions } from "../../../lib/http/connection/transport.ts";
import { silentLogger } from "../../../lib/logger.ts";
import { caught } from "../helpers.ts";
import { jsonReply, rawServer } from "../raw_server.ts";
import { caPath, client, clientCertPath, fixtures, tlsServer } from "./helpers.ts";

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
    assert.match(
      error.hint ?? "",
      options.tls === undefined ? /REQUESTS_CA_BUNDLE/ : /^Only the authorities in .*client\.pem/,
    );
  }
});

Deno.test("HttpClient.request() tells which bundle was in force when none of its authorities is the server's", async () => {
  await using server = tlsServer();
  await using http = client(server.url, { env: { REQUESTS_CA_BUNDLE: clientCertPath, CURL_CA_BUNDLE: caPath } });
  const error = await caught(http.request({ path: "/" }));
  assert.ok(error instanceof TlsError && error.problem === "authority", String(error));
  assert.ok(error.hint?.startsWith(`Only the authorities in ${clientCertPath} (from REQUESTS_CA_BUNDLE) were trusted`));
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

Deno.test("HttpClient.request() tells https to a server without TLS, by fetch and by undici", async () => {
  for (const options of [{}, { tls: { caPath } }]) {
    await using server = rawServer(jsonReply("{}"));
    await using http = client(server.url.replace("http:", "https:"), options);
    const error = await caught(http.request({ path: "/" }));
    assert.ok(error instanceof TlsError);
    assert.match(error.hint ?? "", /http:\/\/ in place of https:\/\//);
  }
});

Deno.test("HttpClient.request() tells http to a port of TLS, by fetch and by undici", async () => {
  for (const env of [{}, { HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" }]) {
    await using server = tlsServer();
    await using http = client(server.url.replace("https:", "http:"), { env });
    const error = await caught(http.request({ path: "/" }));
    assert.ok(error instanceof TlsError, String(error));
    assert.deepEqual([error.problem, error.exitCode], ["plain", 1]);
    assert.match(error.hint ?? "", /https:\/\//);
  }
});

Deno.test("HttpClient.request() tells http to a port of TLS that answers in plain text", async () => {
  const said = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
  for (const speaks of [true, false]) {
    await using server = rawServer(said);
    const transport = createTransport();
    const http = createHttpClient({
      baseUrl: server.url,
      service: "MLflow",
      logger: silentLogger,
      transport: { ...bound(transport), speaksTls: () => Promise.resolve(speaks) },
    });
    const error = await caught(http.request({ path: "/" }));
    assert.equal(error instanceof TlsError, speaks);
    await http.close();
  }
});

function bound(transport: Transport): Transport {
  return { fetch: transport.fetch.bind(transport), close: transport.close.bind(transport) };
}

Deno.test("Transport.fetch() accepts every certificate when it is asked to", async () => {
  for (const name of ["server", "wrong_name", "expired"]) {
    await using server = tlsServer(name);
    await using http = client(server.url, { tls: { insecure: true }, env: { REQUESTS_CA_BUNDLE: "/nowhere" } });
    assert.equal((await http.request({ path: "/" })).status, 200);
  }
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
