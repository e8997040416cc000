/**
 * MLflow 3.17.2 behind nginx, as companies put it there. Its client, which asks the server itself, is the judge.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "../../lib/environment.ts";
import { assertSameAsClient, type ClientRun, clientView, seedByClient } from "../live/parts/client.ts";
import { readExport } from "../live/parts/folders.ts";
import { hasNginx, type Nginx, type NginxOptions, startNginx } from "../live/parts/nginx.ts";
import { type Outcome, runOurs } from "../live/parts/programs.ts";
import { type RealMlflow, startRealMlflow } from "../live/parts/servers.ts";
import { freePort } from "../live/parts/serving.ts";
import { venvPython } from "../live/parts/venvs.ts";

const ignore = !await hasNginx();
const CERTIFICATES = fileURLToPath(new URL("../fixtures/tls/", import.meta.url));
const TLS = `ssl_certificate ${CERTIFICATES}server.pem; ssl_certificate_key ${CERTIFICATES}server.key;`;
const AUTHORITY = { MLFLOW_TRACKING_SERVER_CERT_PATH: `${CERTIFICATES}ca.pem` };
/** Whatever this machine trusts besides. */
const NO_AUTHORITIES = { REQUESTS_CA_BUNDLE: "", CURL_CA_BUNDLE: "" };
/** So that what is expected to fail does so soon. */
const QUICK = { MLFLOW_HTTP_REQUEST_MAX_RETRIES: "2", MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.1" };

let server: RealMlflow;
let view: readonly ClientRun[];
let baseDir: string;
let exports = 0;

Deno.test.beforeAll(async () => {
  if (ignore) return;
  baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  server = await startRealMlflow("3.17.2");
  const client = { python: await venvPython("mlflow-3.17.2"), trackingUrl: server.url };
  await seedByClient({ ...client, runs: 10 });
  view = await clientView({ ...client, withFiles: true });
});

Deno.test.afterAll(async () => {
  if (ignore) return;
  await server[Symbol.asyncDispose]();
  await Deno.remove(baseDir, { recursive: true });
});

/** The server's own way in: below the location that it stands in. */
function pass(further = ""): string {
  return `proxy_pass ${server.url}; proxy_set_header Host $http_host; ${further}`;
}

async function exportFrom(trackingUrl: string, env: Environment = {}, args: readonly string[] = []): Promise<Outcome> {
  return await runOurs({
    trackingUrl,
    baseDir: join(baseDir, String(++exports)),
    args: ["--download-artifacts", "--no-import-to-kiroframe", ...args],
    env,
  });
}

async function checkWhole(outcome: Outcome): Promise<void> {
  assert.equal(outcome.exitCode, 0, outcome.said);
  const { runs, files } = await assertSameAsClient(outcome.folder, view);
  assert.deepEqual([runs, files], [10, 3]);
}

function gatewayTest(name: string, options: () => NginxOptions, check: (urls: Nginx["urls"]) => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    fn: async () => {
      await using nginx = await startNginx(options());
      await check(nginx.urls);
    },
  });
}

gatewayTest("TLS of a private authority: whole with MLFLOW_TRACKING_SERVER_CERT_PATH, and named without", () => ({
  servers: { gateway: `${TLS} location / { ${pass()} }` },
  tlsHosts: { gateway: "127.0.0.1" },
}), async ({ gateway = "" }) => {
  await checkWhole(await exportFrom(gateway, AUTHORITY));
  const unknown = await exportFrom(gateway, NO_AUTHORITIES);
  assert.equal(unknown.exitCode, 1, unknown.said);
  assert.match(unknown.said, /Cannot connect securely to MLflow.*\n.*MLFLOW_TRACKING_SERVER_CERT_PATH/);
});

gatewayTest("mutual TLS: whole with MLFLOW_TRACKING_CLIENT_CERT_PATH, and named without", () => ({
  servers: {
    gateway: `${TLS} ssl_client_certificate ${CERTIFICATES}ca.pem; ssl_verify_client on; location / { ${pass()} }`,
  },
  tlsHosts: { gateway: "127.0.0.1" },
}), async ({ gateway = "" }) => {
  await checkWhole(
    await exportFrom(gateway, { ...AUTHORITY, MLFLOW_TRACKING_CLIENT_CERT_PATH: `${CERTIFICATES}client.pem` }),
  );
  const without = await exportFrom(gateway, AUTHORITY);
  assert.equal(without.exitCode, 1, without.said);
  assert.match(without.said, /status 400 .*\n.*MLFLOW_TRACKING_CLIENT_CERT_PATH/);
});

gatewayTest("gzip of all that nginx can compress, files too", () => ({
  servers: { gateway: `gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1; location / { ${pass()} }` },
}), async ({ gateway = "" }) => {
  const reply = await fetch(`${gateway}/api/2.0/mlflow/experiments/search?max_results=5`, {
    headers: { "accept-encoding": "gzip" },
  });
  // Deno unpacks it, and says so by leaving the length out.
  assert.equal(reply.headers.get("content-length"), null);
  await reply.body?.cancel();
  await checkWhole(await exportFrom(gateway));
});

gatewayTest("a sub-path that only nginx knows of", () => ({
  servers: {
    gateway:
      `location /team/ml/ { proxy_pass ${server.url}/; proxy_set_header Host $http_host; } location / { return 404; }`,
  },
}), async ({ gateway = "" }) => {
  await checkWhole(await exportFrom(`${gateway}/team/ml`));
  await checkWhole(await exportFrom(`${gateway}/team/ml/`));
  const beside = await exportFrom(gateway);
  assert.equal(beside.exitCode, 1, beside.said);
  assert.match(beside.said, /Cannot find MLflow at the tracking URL.*\n.*host, port and path/);
});

gatewayTest("limit_req: refused calls (429, and nginx's own 503) are asked again", () => ({
  http: "limit_req_zone $binary_remote_addr zone=calls:1m rate=20r/s;",
  servers: {
    "429": `location / { limit_req zone=calls burst=2 nodelay; limit_req_status 429; ${pass()} }`,
    "503": `location / { limit_req zone=calls burst=2 nodelay; ${pass()} }`,
  },
}), async (urls) => {
  for (const [status, url] of Object.entries(urls)) {
    const outcome = await exportFrom(url, { MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.3" });
    await checkWhole(outcome);
    assert.match(await readExport(outcome.folder, "export.log"), new RegExp(`with status ${status}.*trying again`));
  }
});

gatewayTest("a gateway that is refused for ever ends with 5 and its status", () => ({
  servers: {
    "429": "return 429;",
    "502": `location / { proxy_pass http://127.0.0.1:${freePort()}; }`,
    "503": "return 503;",
  },
}), async (urls) => {
  for (const [status, url] of Object.entries(urls)) {
    const outcome = await exportFrom(url, QUICK);
    assert.equal(outcome.exitCode, 5, outcome.said);
    assert.match(outcome.said, new RegExp(`ERROR: .*with status ${status}`));
  }
});

Deno.test({
  name: "a gateway that gives up on long pages (504) gets shorter ones, and one that always does ends with 5",
  ignore,
  fn: async () => {
    await using slow = slowFor(({ max_results }) => max_results > 10);
    await using nginx = await startNginx({
      servers: {
        gateway: `location / { proxy_pass ${slow.url}; proxy_read_timeout 3s; proxy_set_header Host $http_host; }`,
      },
    });
    const { gateway = "" } = nginx.urls;
    const outcome = await exportFrom(gateway, { ...QUICK, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "4" }, [
      "--run-page-size",
      "16",
    ]);
    await checkWhole(outcome);
    assert.match(await readExport(outcome.folder, "export.log"), /with status 504/);
    assert.ok(slow.count() > 0);
    await using never = slowFor(() => true);
    await using other = await startNginx({
      servers: { gateway: `location / { proxy_pass ${never.url}; proxy_read_timeout 1s; }` },
    });
    const late = await exportFrom(other.urls["gateway"] ?? "", { ...QUICK, MLFLOW_HTTP_REQUEST_MAX_RETRIES: "0" });
    assert.equal(late.exitCode, 5, late.said);
    assert.match(late.said, /ERROR: .*with status 504/);
  },
});

/** Passes calls on to MLflow, those for runs that a test calls long only after nginx gave up on them. */
function slowFor(isLong: (body: { readonly max_results: number }) => boolean): AsyncDisposable & {
  readonly url: string;
  readonly count: () => number;
} {
  let count = 0;
  const listener = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.method === "POST" ? await request.text() : undefined;
    if (pathname.endsWith("/runs/search") && isLong(JSON.parse(body ?? "{}"))) {
      count++;
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      return new Response("late", { status: 500 });
    }
    return await fetch(server.url + pathname + search, { method: request.method, headers: request.headers, body });
  });
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    count: () => count,
    [Symbol.asyncDispose]: () => listener.shutdown(),
  };
}

/** Single sign-on by nginx's auth_request: who has no token is sent to a login. */
const SIGN_ON = `
  location = /check { internal; if ($http_authorization = "Bearer good") { return 204; } return 401; }
  location = /login { internal; default_type text/html; return 200
    "<!doctype html><title>Contoso</title><form method=post><input name=user><input type=password name=word></form>"; }`;

gatewayTest("a login page of single sign-on (302, and 200 with HTML) is named in one sentence, exit 4", () => ({
  servers: {
    "302": `${SIGN_ON} location @sso { return 302 https://sso.example.com/authorize?state=secret; }
      location / { auth_request /check; error_page 401 = @sso; ${pass()} }`,
    "200": `${SIGN_ON} location / { auth_request /check; error_page 401 =200 /login; ${pass()} }`,
  },
}), async (urls) => {
  const said: Record<string, RegExp> = {
    "302":
      /ERROR: MLflow redirects POST \S+ to https:\/\/sso\.example\.com\/authorize: the way to a login page, it seems\n.*single sign-on/,
    "200": /ERROR: MLflow answered POST \S+ with a login page in place of JSON.*\n.*single sign-on/,
  };
  for (const [status, url] of Object.entries(urls)) {
    const refused = await exportFrom(url);
    assert.equal(refused.exitCode, 4, refused.said);
    assert.match(refused.said, said[status] ?? /never/);
    assert.equal(refused.said.match(/ERROR/g)?.length, 1);
    assert.doesNotMatch(refused.said, /secret/);
    assert.equal(refused.folder, "", "nothing is written");
    await checkWhole(await exportFrom(url, { MLFLOW_TRACKING_TOKEN: "good" }));
  }
});

Deno.test("a proxy that is down is named as the proxy, with its variable", async () => {
  const proxy = `http://127.0.0.1:${freePort()}`;
  for (
    const [variable, trackingUrl] of [["HTTP_PROXY", "http://mlflow.test"], ["HTTPS_PROXY", "https://mlflow.test"]]
  ) {
    const folder = await Deno.makeTempDir({ prefix: "exports-" });
    const outcome = await runOurs({
      trackingUrl: trackingUrl ?? "",
      baseDir: folder,
      args: ["--no-import-to-kiroframe"],
      env: { ...QUICK, [variable ?? ""]: proxy },
    });
    await Deno.remove(folder, { recursive: true });
    assert.equal(outcome.exitCode, 5, outcome.said);
    assert.match(
      outcome.said,
      new RegExp(
        `ERROR: Cannot reach the proxy ${proxy} \\(from ${variable}\\), the way to MLflow.*\\n.*Check that the proxy`,
      ),
    );
  }
});
