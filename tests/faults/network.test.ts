/** Certificates and proxies, named in the file given with --env-file, through the whole program. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startKiroframeSandbox } from "../../lib/sandbox/kiroframe.ts";
import { startMlflowSandbox } from "../../lib/sandbox/mlflow.ts";
import { proxyServer } from "../http/proxy_server.ts";
import { runChild, runHere, temporaryFolder } from "./program.ts";
import { exportFlags, flagsFor, smallWorld } from "./truth.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));

/** TLS in front of a sandbox. */
function tlsFront(target: string, certificate = "server"): { url: string } & AsyncDisposable {
  const [cert, key] = ["pem", "key"].map((end) => Deno.readTextFileSync(`${FIXTURES}${certificate}.${end}`)) as [
    string,
    string,
  ];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, cert, key }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.method === "POST" ? await request.text() : null;
    return await fetch(target + pathname + search, { method: request.method, body, headers: request.headers });
  });
  return { url: `https://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
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
  const known = await runChild([...flags, ...ca, "--resume", "latest"]);
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
  await using proxy = proxyServer();
  await using folder = await temporaryFolder();
  const port = new URL(mlflow.url).port;
  const through = await envFile(folder.path, { HTTP_PROXY: `http://u:proxy-password@${proxy.host}`, NO_PROXY: "" });
  const first = await runHere([...flagsFor(folder.path, mlflow, kiroframe), ...through]);
  assert.equal(first.exitCode, 0, first.stderr);
  assert.equal(kiroframe.runs.size, 8);
  assert.ok(proxy.asked.some((line) => line.includes(`:${port}`)), "MLflow was not asked through the proxy");
  assert.ok(proxy.asked.some((line) => line.includes("/arcee/v2/import") || line.includes(`:${kiroframe.port}`)));
  assert.doesNotMatch(first.stdout + first.stderr, /proxy-password/);
  const asked = proxy.asked.length;
  await using other = await temporaryFolder();
  const direct = await envFile(folder.path, { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: "127.0.0.1" });
  const second = await runHere(["export", ...exportFlags(other.path, mlflow), ...direct]);
  assert.equal(second.exitCode, 0, second.stderr);
  assert.equal(proxy.asked.length, asked);
});
