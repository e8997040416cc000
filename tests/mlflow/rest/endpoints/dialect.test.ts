import assert from "node:assert/strict";
import { AppError, RefusedError } from "../../../../lib/errors.ts";
import { Dialect } from "../../../../lib/mlflow/rest/endpoints/dialect.ts";
import { startMlflowSandbox } from "../../../../sandbox/mlflow/mod.ts";
import { addressOf, sourceFor } from "../sandbox_source.ts";

async function failureOf(handler: (request: Request) => Response | Promise<Response>): Promise<AppError> {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, handler);
  const address = await addressOf(`http://127.0.0.1:${server.addr.port}/some/path`);
  try {
    await address.connect();
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error;
  }
  return assert.fail("There is no MLflow");
}

function html(status: number, text: string): Response {
  return new Response(`<!doctype html><title>${text}</title><h1>${text}</h1>`, {
    status,
    headers: { "content-type": "text/html" },
  });
}

Deno.test("findDialect() says what it found where there is no MLflow", async () => {
  const nothing = await failureOf(() => html(404, "Not Found"));
  assert.match(nothing.message, /^Cannot find MLflow at the tracking URL: .*404/);
  assert.match(nothing.hint ?? "", /host, port and path/);
  const pages = await failureOf(() => html(200, "Welcome to my wiki"));
  assert.match(pages.message, /^Cannot find MLflow at the tracking URL: .*Welcome to my wiki/);
  const other = await failureOf(() => Response.json({ error: "no such thing" }, { status: 400 }));
  assert.match(other.message, /400/);
});

Deno.test("findDialect() reads nothing into a /version that is none", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    (request) => request.url.endsWith("/experiments/search") ? Response.json({}) : html(200, "Hello"),
  );
  const { source } = await sourceFor(`http://127.0.0.1:${server.addr.port}`);
  assert.equal(source.version, null);
  await source.close();
});

Deno.test("findDialect() gives up soon on a gateway with no server behind it", async () => {
  const asked: string[] = [];
  const error = await failureOf((request) => {
    asked.push(new URL(request.url).pathname.replace(/^.*\//, ""));
    return html(502, "Bad Gateway");
  });
  assert.equal(error.exitCode, 5);
  assert.match(error.message, /status 502 and a web page: Bad Gateway/);
  assert.deepEqual(asked, ["search", "search", "search"]);
});

Deno.test("jsonBody() says what it is: MLflow refuses a body of another type", async () => {
  const types: (string | null)[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, (request) => {
    if (request.method === "POST") types.push(request.headers.get("content-type"));
    return request.url.endsWith("/version") ? new Response("3.17.2") : Response.json({});
  });
  const { source } = await sourceFor(`http://127.0.0.1:${server.addr.port}`);
  await Array.fromAsync(source.experiments());
  assert.deepEqual(types, ["application/json", "application/json"]);
  await source.close();
});

Deno.test("findDialect() is stopped by the Host check, though /version answers", async () => {
  await using server = await startMlflowSandbox({ allowedHosts: ["mlflow:5000"] });
  await assert.rejects(
    (await addressOf(server.url)).connect(),
    (error) => error instanceof RefusedError && /proxy_set_header Host/.test(error.hint ?? ""),
  );
});

Deno.test("findDialect() makes three calls at most for a server of 2.x or 3.x without a prefix", async () => {
  await using server = await startMlflowSandbox({ version: "2.22.5" });
  const { source } = await sourceFor(server.url);
  assert.deepEqual(server.requests.map(({ path }) => path), ["/api/2.0/mlflow/experiments/search", "/version"]);
  await source.close();
});

Deno.test("findDialect() names MLFLOW_WORKSPACE where the server has no workspaces", async () => {
  const error = await failureOf(() =>
    Response.json({ error_code: "FEATURE_DISABLED", message: "Workspaces are not enabled on this server" }, {
      status: 400,
    })
  );
  assert.match(error.hint ?? "", /Unset MLFLOW_WORKSPACE/);
});

Deno.test("Dialect.isAtLeast() compares versions by their numbers, and knows nothing of a server that tells none", () => {
  const dialectOf = (version: string | null): Dialect =>
    new Dialect({ version, prefix: "", apiPath: "/api/2.0/mlflow", isOld: false });
  assert.ok(dialectOf("3.10.0").isAtLeast(3, 9));
  assert.ok(dialectOf("10.0.0rc1").isAtLeast(3, 1));
  assert.ok(!dialectOf("3.0.1").isAtLeast(3, 1));
  assert.ok(!dialectOf("2.22.5").isAtLeast(3, 0));
  assert.ok(!dialectOf(null).isAtLeast(1, 0));
});
