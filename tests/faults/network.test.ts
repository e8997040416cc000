/** Certificates and proxies, named in the file given with --env-file, through the whole program. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { onBlockedPort } from "../http/blocked_port.ts";
import { QUICK, runChild, runHere, temporaryFolder } from "./program.ts";
import { exportFlags, flagsFor, smallWorld } from "./truth.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));

/** TLS in front of a sandbox. */
function tlsFront(target: string, certificate = "server"): { url: string } & AsyncDisposable {
  const [cert, key] = ["pem", "key"].map((end) => Deno.readTextFileSync(`${FIXTURES}${certificate}.${end}`)) as [
    string,
    string,
  ];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {}, cert, key },
    async (request): Promise<Response> => {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "POST" ? await request.text() : null;
      return await fetch(target + pathname + search, { method: request.method, body, headers: request.headers });
    },
  );
  return { url: `https://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A proxy that carries many requests over one connection, and keeps the address of each. */
async function forwardingProxy(port = 0): Promise<{ host: string; asked: readonly string[] } & AsyncDisposable> {
  const asked: string[] = [];
  async function forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "", headers } = incoming;
    asked.push(url);
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const passed = ["content-type", "x-api-key"].flatMap((name) => name in headers ? [[name, `${headers[name]}`]] : []);
    const body = method === "POST" ? new Blob(chunks as BlobPart[]) : null;
    const reply = await fetch(url, { method, body, headers: Object.fromEntries(passed) });
    const kept = [...reply.headers].filter(([name]) => ["content-type", "content-disposition"].includes(name));
    response.writeHead(reply.status, Object.fromEntries(kept));
    response.end(new Uint8Array(await reply.arrayBuffer()));
  }
  // A client that gave up is no failure of the proxy's.
  const server = createServer((incoming, response) => void forward(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function envFile(folder: string, variables: Readonly<Record<string, string>>): Promise<string[]> {
  const path = join(folder, "params.env");
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  await Deno.writeTextFile(path, lines.join(""));
  return ["--env-file", path];
}

Deno.test("MLflow behind a private authority: exit 1 and a hint without its certificate, exit 0 with it", async () => {
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  await using front = tlsFront(mlflow.url);
  await using folder = await temporaryFolder();
  await using settings = await temporaryFolder();
  const flags = ["export", ...exportFlags(folder.path, front)];
  const unknown = await runChild(flags);
  assert.equal(unknown.exitCode, 1, unknown.stderr);
  assert.match(unknown.stderr, /Cannot connect securely to MLflow/);
  assert.equal(mlflow.requestCount, 0);
  const ca = await envFile(settings.path, { MLFLOW_TRACKING_SERVER_CERT_PATH: `${FIXTURES}ca.pem` });
  assert.deepEqual(await readdir(folder.path), [], "a folder was made before there was contact");
  const known = await runChild([...flags, ...ca]);
  assert.equal(known.exitCode, 0, known.stderr);
  assert.match(known.stdout, /Exported 8 runs/);
});

for (const certificate of ["expired", "wrong_name"]) {
  Deno.test(`MLflow with a certificate that is ${certificate}: exit 1, and nothing is sent`, async () => {
    await using mlflow = await startMlflowSandbox({ world: smallWorld() });
    await using front = tlsFront(mlflow.url, certificate);
    await using folder = await temporaryFolder();
    const ca = await envFile(folder.path, { MLFLOW_TRACKING_SERVER_CERT_PATH: `${FIXTURES}ca.pem` });
    const { exitCode, stderr } = await runChild(["export", ...exportFlags(folder.path, front), ...ca]);
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^ERROR: Cannot connect securely to MLflow/);
    assert.equal(mlflow.requestCount, 0);
  });
}

Deno.test("HTTP_PROXY of --env-file carries both servers' calls; NO_PROXY leaves one out", async () => {
  await using mlflow = await startMlflowSandbox({ world: smallWorld() });
  await using kiroframe = await startKiroframeSandbox();
  await using proxy = await forwardingProxy();
  await using folder = await temporaryFolder();
  const port = new URL(mlflow.url).port;
  const through = await envFile(folder.path, { HTTP_PROXY: `http://u:proxy-password@${proxy.host}`, NO_PROXY: "" });
  const first = await runHere([...flagsFor(folder.path, mlflow, kiroframe), ...through]);
  assert.equal(first.exitCode, 0, first.stderr);
  assert.equal(kiroframe.runs.size, 8);
  assert.ok(proxy.asked.some((line) => line.includes(`:${port}`)), "MLflow was not asked through the proxy");
  assert.ok(proxy.asked.some((line) => line.includes("/arcee/v2/import")));
  assert.doesNotMatch(first.stdout + first.stderr, /proxy-password/);
  const asked = proxy.asked.length;
  await using other = await temporaryFolder();
  const direct = await envFile(folder.path, { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: "127.0.0.1" });
  const second = await runHere(["export", ...exportFlags(other.path, mlflow), ...direct]);
  assert.equal(second.exitCode, 0, second.stderr);
  assert.equal(proxy.asked.length, asked);
});

Deno.test("servers and a proxy on ports that fetch does not go to are reached as any others", async () => {
  await using mlflow = await onBlockedPort((port) => startMlflowSandbox({ world: smallWorld(), port }));
  await using kiroframe = await onBlockedPort((port) => startKiroframeSandbox({ port }));
  await using folder = await temporaryFolder();
  const direct = await runHere(flagsFor(folder.path, mlflow, kiroframe));
  assert.equal(direct.exitCode, 0, direct.stderr);
  assert.equal(kiroframe.runs.size, 8);
  // The test's own proxy goes on by fetch, so that only it can be on such a port.
  await using behind = await startMlflowSandbox({ world: smallWorld() });
  await using proxy = await onBlockedPort((port) => forwardingProxy(port));
  await using other = await temporaryFolder();
  const through = await envFile(folder.path, { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: "" });
  const proxied = await runHere(["export", ...exportFlags(other.path, behind), ...through]);
  assert.equal(proxied.exitCode, 0, proxied.stderr);
  assert.ok(proxy.asked.length > 0);
});

Deno.test("a proxy that is down, or answers itself, is named with its variable, and MLflow is not blamed", async () => {
  const refusing = createServer((_request, response) => response.writeHead(502).end("no"));
  refusing.on("connect", (_request, socket) => socket.end("HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\n\r\n"));
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(refusing.address() as AddressInfo).port}`;
  const cases = [
    [
      "HTTP_PROXY",
      "http://us:secret@127.0.0.1:9",
      "http",
      5,
      /^ERROR: Cannot reach the proxy http:\/\/127\.0\.0\.1:9 \(from HTTP_PROXY\)/,
    ],
    [
      "HTTPS_PROXY",
      `http://us:secret@${host}`,
      "https",
      1,
      /: the proxy http:\/\/127\.0\.0\.1:\d+ \(from HTTPS_PROXY\) answered with status 501/,
    ],
    [
      "HTTP_PROXY",
      `http://us:secret@${host}`,
      "http",
      5,
      /^ERROR: MLflow, or the proxy http:\/\/127\.0\.0\.1:\d+ \(from HTTP_PROXY\) before it, answered/,
    ],
  ] as const;
  try {
    for (const [variable, value, scheme, exitCode, message] of cases) {
      await using folder = await temporaryFolder();
      const flags = exportFlags(folder.path, { url: `${scheme}://mlflow.test:5000` });
      const outcome = await runHere(["export", ...flags], { env: { ...QUICK, [variable]: value } });
      assert.equal(outcome.exitCode, exitCode, outcome.stderr);
      assert.match(outcome.stderr, message);
      assert.doesNotMatch(outcome.stderr + outcome.stdout, /secret/);
    }
  } finally {
    refusing.closeAllConnections();
    await new Promise((resolve) => refusing.close(resolve));
  }
});

Deno.test("a redirect to a host that does not answer is named, and ends with 1: no later try will help", async () => {
  await using pointing = pointingServer("http://localhost:9/login");
  await using folder = await temporaryFolder();
  const outcome = await runHere(["export", ...exportFlags(folder.path, pointing)]);
  assert.equal(outcome.exitCode, 1, outcome.stderr);
  assert.match(
    outcome.stderr,
    /^ERROR: MLflow redirects POST .* to http:\/\/localhost:9\/login: no answer came from there/,
  );
});

function pointingServer(location: string): { url: string } & AsyncDisposable {
  const reply = (): Response => new Response(null, { status: 307, headers: { location } });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, reply);
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("http to a port of TLS is told as that: exit 1", async () => {
  await using mlflow = await startMlflowSandbox();
  await using front = tlsFront(mlflow.url);
  await using folder = await temporaryFolder();
  const outcome = await runHere(["export", ...exportFlags(folder.path, { url: front.url.replace("https", "http") })]);
  assert.equal(outcome.exitCode, 1, outcome.stderr);
  assert.match(outcome.stderr, /^ERROR: Cannot reach MLflow at .*: that port speaks TLS.*\n.*Try https:\/\//);
});
