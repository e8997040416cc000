/**
 * Getting in, and being refused: real MLflow 3.17.2 with basic-auth and its Host check, and addresses with no MLflow behind.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readExport } from "./parts/folders.ts";
import { runOurs } from "./parts/programs.ts";
import { SeedApi } from "./seed/api.ts";
import { seedArtifacts } from "./seed/artifacts.ts";
import { makeLiveVenvs } from "./parts/venvs.ts";
import { type RealMlflow, startRealMlflow } from "./parts/servers.ts";
import { freePort } from "./parts/serving.ts";

const admin = { username: "admin", password: "a pass:w@rd/ü 12" };
const exportOnly = ["--no-import-to-kiroframe"];
let baseDir: string;
let plain: RealMlflow;

Deno.test.beforeAll(async () => {
  baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  // The first file of all: later ones find every environment made.
  await makeLiveVenvs();
  plain = await startRealMlflow("3.17.2");
  await seedArtifacts(new SeedApi(plain.url));
});

Deno.test.afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await Deno.remove(baseDir, { recursive: true });
});

Deno.test("basic-auth of 3.17.2 lets in who has the password, by URL or by variables, and the export is the same", async () => {
  await using server = await startRealMlflow("3.17.2", { dataOf: plain, auth: admin });
  const open = await runOurs({ trackingUrl: plain.url, baseDir: join(baseDir, "open"), args: exportOnly });
  const [user, password] = [admin.username, admin.password].map(encodeURIComponent);
  const ways = [
    { trackingUrl: server.url.replace("://", `://${user}:${password}@`), env: {} },
    {
      trackingUrl: server.url,
      env: { MLFLOW_TRACKING_USERNAME: admin.username, MLFLOW_TRACKING_PASSWORD: admin.password },
    },
  ];
  for (const [index, way] of ways.entries()) {
    const ours = await runOurs({ ...way, baseDir: join(baseDir, `in ${index}`), args: exportOnly });
    assert.equal(ours.exitCode, 0, ours.said);
    assert.equal(await readExport(ours.folder, "runs.json"), await readExport(open.folder, "runs.json"));
    for (const secret of [admin.password, password as string]) {
      assert.ok(!ours.said.includes(secret), ours.said);
      for await (const file of Deno.readDir(ours.folder)) {
        if (file.isFile) assert.ok(!(await readExport(ours.folder, file.name)).includes(secret), file.name);
      }
    }
  }
  const refused = [{}, { MLFLOW_TRACKING_USERNAME: admin.username, MLFLOW_TRACKING_PASSWORD: "wrong" }];
  for (const [index, env] of refused.entries()) {
    const ours = await runOurs({
      trackingUrl: server.url,
      baseDir: join(baseDir, `out ${index}`),
      args: exportOnly,
      env,
    });
    assert.equal(ours.exitCode, 4, ours.said);
    assert.match(ours.said, /MLFLOW_TRACKING_USERNAME/);
    assert.match(ours.said, /401/);
  }
});

Deno.test("the Host check of 3.17.2 ends with 4 and says how to be allowed", async () => {
  // 127.0.0.2 is loopback on Linux, and no address that MLflow allows by itself.
  await using server = await startRealMlflow("3.17.2", { dataOf: plain, host: "127.0.0.2" });
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "host"), args: exportOnly });
  assert.equal(ours.exitCode, 4, ours.said);
  assert.match(ours.said, /--allowed-hosts/);
});

Deno.test("a server that is down ends with 5 and its address", async () => {
  const trackingUrl = `http://127.0.0.1:${freePort()}`;
  const ours = await runOurs({ trackingUrl, baseDir: join(baseDir, "down"), args: exportOnly });
  assert.equal(ours.exitCode, 5, ours.said);
  assert.ok(ours.said.includes(trackingUrl), ours.said);
});

Deno.test("a port with HTML behind it ends with 1 and says what was found", async () => {
  await using other = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    (): Response => new Response("<html><title>Grafana</title></html>", { headers: { "content-type": "text/html" } }),
  );
  const trackingUrl = `http://127.0.0.1:${other.addr.port}`;
  const ours = await runOurs({ trackingUrl, baseDir: join(baseDir, "html"), args: exportOnly });
  assert.equal(ours.exitCode, 1, ours.said);
  assert.match(ours.said, /a web page in place of JSON: Grafana/);
});
