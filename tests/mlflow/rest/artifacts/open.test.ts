import assert from "node:assert/strict";
import { AppError, RefusedError } from "../../../../lib/errors.ts";
import type { MlflowFaultAction } from "../../../../sandbox/mlflow/faults.ts";
import { readWhole, sourceFor, startSource } from "../sandbox_source.ts";
import { REFUSALS, startGateway } from "../gateway.ts";
import { artifactsOf, contents, worldOf } from "./worlds.ts";

Deno.test("ArtifactOpener.open() goes on from a byte, and says where it really begins", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "0123456789" }) });
  const [file] = await artifactsOf(started.source);
  const rest = await file?.open(4);
  assert.deepEqual([rest?.fromByte, rest?.length], [4, 6]);
  assert.equal(await new Response(rest?.stream).text(), "456789");
  // The file is shorter than what was fetched of it before.
  const whole = await file?.open(10);
  assert.deepEqual([whole?.fromByte, await new Response(whole?.stream).text()], [0, "0123456789"]);
});

Deno.test("ArtifactOpener.open() takes the proxy where get-artifact is not let through", async () => {
  await using started = await startSource({ world: worldOf({ "a b/ü%.txt": "A" }) });
  const files = await artifactsOf(started.source);
  started.server.setFaults([{
    match: ({ path }) => path === "/get-artifact",
    action: { kind: "status", status: 404, body: "<html>nginx</html>", headers: { "content-type": "text/html" } },
  }]);
  assert.deepEqual(await contents(files), { "a b/ü%.txt": "A" });
});

Deno.test("ArtifactOpener.open() rejects with the server's words for a file that is gone", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "A" }) });
  const [file] = await artifactsOf(started.source);
  started.server.setFaults([{
    match: ({ path }) => path === "/get-artifact",
    action: {
      kind: "status",
      status: 404,
      body: '{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "No such artifact"}',
    },
  }]);
  await assert.rejects(
    file?.open(0) ?? Promise.resolve(),
    (error) => error instanceof AppError && /No such artifact/.test(error.message),
  );
});

const QUICK = { env: { HOME: "/nonexistent", MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.001" } };

for (const [name, refuse] of Object.entries(REFUSALS)) {
  Deno.test(`ArtifactOpener.open() goes through a gateway that answers ${name} to all but the API, and remembers the way`, async () => {
    const files = { "a b/ü%.txt": "A", "empty": "", "page.html": "<html>mine</html>" };
    await using started = await startSource({
      world: worldOf(files, { "model": { "MLmodel": "flavors", "empty": "" } }),
    });
    await using gateway = startGateway(started.server.url, refuse);
    const { source, log } = await sourceFor(gateway.url);
    assert.equal(source.version, null);
    const listed = await artifactsOf(source);
    // One at a time: only then is there something to remember.
    const found: Record<string, string> = {};
    for (const file of listed) Object.assign(found, await contents([file]));
    assert.deepEqual(found, { ...files, "model/MLmodel": "flavors", "model/empty": "" });
    const asked = gateway.refused.filter((path) => !path.startsWith("/login") && path !== "/version");
    assert.deepEqual(asked, ["/get-artifact", "/ajax-api/2.0/mlflow/logged-models/m-0/artifacts/files"]);
    assert.equal(log.filter((line) => /by mlflow-artifacts, because of the server/.test(line)).length, 2);
    await source.close();
  });
}

const PAGE: MlflowFaultAction = {
  kind: "status",
  status: 200,
  body: "<html>Log in</html>",
  headers: { "content-type": "text/html" },
};

Deno.test("ArtifactOpener.open() needs no more of a run than its id, for its URI may have been blackened", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "A" }) });
  await using gateway = startGateway(started.server.url, REFUSALS["404"] ?? assert.fail());
  const { source } = await sourceFor(gateway.url);
  const [record] = await readWhole(source);
  const files = await source.artifacts({ ...record?.run ?? assert.fail(), artifactUri: "[redacted]" });
  assert.deepEqual(await contents(files), { "a.txt": "A" });
  await source.close();
});

Deno.test("ArtifactOpener.open() takes no page for an artifact, whatever size was listed", async () => {
  for (const text of ["", "<html>mine here</html>", PAGE.body ?? ""]) {
    await using started = await startSource({ world: worldOf({ "a.html": text }) });
    const [file] = await artifactsOf(started.source);
    // The API is there: a page in its place as well would be everybody's failure.
    const isApi = (path: string): boolean => /\/(?:artifacts\/list|experiments\/search)$/.test(path);
    started.server.setFaults([{ match: ({ path }) => !isApi(path), action: PAGE }]);
    await assert.rejects(
      file?.open(0) ?? Promise.resolve(),
      (error) => error instanceof AppError && error.exitCode === 1 && /in place of the artifact/.test(error.message),
    );
  }
});

Deno.test("ArtifactOpener.open() takes what is no attachment where it is no page, and as long as the listing told", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "four", "empty": "" }) });
  const [sized, unsized] = await artifactsOf(started.source);
  started.server.setFaults([{
    match: ({ path }) => path === "/get-artifact",
    action: { kind: "status", status: 200, body: "evil", headers: { "content-type": "text/plain" } },
  }]);
  assert.equal(await new Response((await sized?.open(0))?.stream).text(), "evil");
  // What is listed without a size may be empty: the next way is asked.
  assert.equal(await new Response((await unsized?.open(0))?.stream).text(), "");
});

Deno.test("ArtifactOpener.open() reads from FastTrackML, which has an endpoint of its own", async () => {
  await using started = await startSource({ world: worldOf({ "notes/a b.txt": "A" }) });
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen(): void {} }, async (request) => {
    const { pathname, search, searchParams } = new URL(request.url);
    if (pathname === "/api/2.0/mlflow/artifacts/get") {
      assert.equal(searchParams.get("path"), "notes/a b.txt");
      return new Response("A", { headers: { "content-disposition": "attachment; filename=a b.txt" } });
    }
    if (pathname === "/get-artifact") return new Response("Cannot GET /get-artifact", { status: 404 });
    const body = request.method === "POST" ? await request.text() : null;
    const { method, headers } = request;
    const reply = await fetch(started.server.url + pathname + search, { method, headers, body });
    return new Response((await reply.text()).replaceAll("mlflow-artifacts:", "file://"));
  });
  const { source } = await sourceFor(`http://127.0.0.1:${server.addr.port}`);
  assert.deepEqual(await contents(await artifactsOf(source)), { "notes/a b.txt": "A" });
  await source.close();
});

Deno.test("ArtifactOpener.open() ends all with 401 only where the API itself does not take the login", async () => {
  await using started = await startSource({ world: worldOf({ "a.txt": "A" }), servesArtifacts: false });
  const [file] = await artifactsOf(started.source);
  const refuse = (paths: RegExp): void =>
    started.server.setFaults([{ match: ({ path }) => paths.test(path), action: { kind: "status", status: 401 } }]);
  refuse(/artifact/);
  await assert.rejects(file?.open(0) ?? Promise.resolve(), (error) => !(error instanceof RefusedError));
  refuse(/./);
  await assert.rejects(file?.open(0) ?? Promise.resolve(), (error) => error instanceof RefusedError && error.isForAll);
});

Deno.test("ArtifactOpener.open() gives up an artifact over which the server drops the connection, and no more", async () => {
  // 2.x cannot send such a name by its proxy.
  await using started = await startSource({ world: worldOf({ "☃.txt": "snow", "a.txt": "A" }), version: "2.22.5" });
  await using gateway = startGateway(started.server.url, REFUSALS["403"] ?? assert.fail());
  const { source } = await sourceFor(gateway.url, QUICK);
  const [plain, odd] = (await artifactsOf(source)).toSorted((a, b) => a.path < b.path ? -1 : 1);
  assert.equal(odd?.path, "☃.txt");
  await assert.rejects(odd?.open(0) ?? Promise.resolve(), (error) => error instanceof AppError && !error.isForAll);
  assert.deepEqual(await contents(plain === undefined ? [] : [plain]), { "a.txt": "A" });
  await started.server.close();
  await assert.rejects(odd?.open(0) ?? Promise.resolve(), (error) => error instanceof AppError && error.isForAll);
  await source.close();
});
