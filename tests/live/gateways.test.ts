/**
 * Servers that give no artifact by get-artifact: MLflow behind a gateway that opens nothing but its API, and FastTrackML.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readExport, readTree } from "./parts/folders.ts";
import { startFastTrackMl } from "./parts/fasttrackml.ts";
import { hasNginx, startNginx } from "./parts/nginx.ts";
import { runOurs } from "./parts/programs.ts";
import { startRealMlflow } from "./parts/servers.ts";
import { SeedApi } from "./seed/api.ts";
import { seedArtifacts, seedLoggedModel } from "./seed/artifacts.ts";

const ARGS = ["--download-artifacts", "--no-import-to-kiroframe"];

/** What stands in `location /`. */
const ANSWERS: Readonly<Record<string, string>> = {
  "401": "return 401;",
  "403": "return 403;",
  "a redirect to a page": "return 302 /login;",
  "a redirect to another host, which is down": "return 302 http://localhost:1/login;",
  "a page": 'default_type text/html; return 200 "<!doctype html><title>Log in</title>";',
};

function onlyApi(target: string, answer: string): string {
  return `
    location /api/ { proxy_pass ${target}; proxy_set_header Host $http_host; }
    location = /login { default_type text/html; return 200 "<!doctype html><title>Log in</title>"; }
    location / { ${answer} }`;
}

for (const version of ["3.17.2", "2.22.5"] as const) {
  Deno.test({
    name: `an export of ${version} behind nginx that opens only /api/ is the same as without it`,
    ignore: !await hasNginx(),
    fn: async () => {
      await using server = await startRealMlflow(version);
      // On 2.x each answer takes long, for there a file is given up late.
      const answers = version === "3.17.2" ? ANSWERS : { "401": ANSWERS["401"] ?? "" };
      await using nginx = await startNginx({
        servers: Object.fromEntries(
          Object.entries(answers).map(([name, answer]) => [name, onlyApi(server.url, answer)]),
        ),
      });
      await using stack = new AsyncDisposableStack();
      const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
      stack.defer(() => Deno.remove(baseDir, { recursive: true }));
      const api = new SeedApi(server.url);
      const [first = ""] = await seedArtifacts(api);
      if (version === "3.17.2") await seedLoggedModel(api, first);
      const direct = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "direct"), args: ARGS });
      assert.equal(direct.exitCode, 0, direct.said);
      const expected = await readTree(join(direct.folder, "artifacts"));
      assert.ok(expected.size >= (version === "3.17.2" ? 16 : 10));
      for (const [name, trackingUrl] of Object.entries(nginx.urls)) {
        const ours = await runOurs({ trackingUrl, baseDir: join(baseDir, name), args: ARGS });
        // 2.x cannot send all names by its proxy: those are failures of their own.
        const isOdd = (path: string): boolean => version === "2.22.5" && /🚀/u.test(path);
        assert.equal(ours.exitCode, version === "2.22.5" ? 3 : 0, `${name}: ${ours.said}`);
        const files = await readTree(join(ours.folder, "artifacts"));
        assert.deepEqual([...files.keys()], [...expected.keys()].filter((path) => !isOdd(path)), name);
        for (const [path, content] of files) assert.ok(expected.get(path) === content, `${name}: ${path}`);
        for (const file of ["runs.json", "runs.csv", "experiment_summary.json"]) {
          assert.equal(await readExport(ours.folder, file), await readExport(direct.folder, file), `${name}: ${file}`);
        }
      }
    },
  });
}

Deno.test("--download-artifacts on FastTrackML fetches every file, and says that there is no registry", async () => {
  await using server = await startFastTrackMl();
  await using stack = new AsyncDisposableStack();
  const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
  stack.defer(() => Deno.remove(baseDir, { recursive: true }));
  const files = { "notes/a b.txt": "notes\n", "empty.txt": "", "page.html": "<html>mine</html>", "näme.txt": "x" };
  const script = `
import json, sys, mlflow
mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("e")
for _ in range(2):
    with mlflow.start_run():
        mlflow.log_metric("m", 1.5)
        for path, text in json.loads(sys.argv[2]).items():
            mlflow.log_text(text, path)
`;
  const seeded = await new Deno.Command(server.python, {
    args: ["-c", script, server.url, JSON.stringify(files)],
    env: { MLFLOW_DISABLE_TELEMETRY: "true" },
    stderr: "piped",
  }).output();
  assert.ok(seeded.success, new TextDecoder().decode(seeded.stderr));
  const ours = await runOurs({ trackingUrl: server.url, baseDir: join(baseDir, "ours"), args: ARGS });
  assert.equal(ours.exitCode, 0, ours.said);
  const found = [...await readTree(join(ours.folder, "artifacts"))];
  assert.equal(found.length, 8);
  for (const [path, content] of found) {
    const [, name = ""] = /^[0-9a-f]{32}\/(.*)$/.exec(path) ?? [];
    assert.equal(content, (files as Readonly<Record<string, string>>)[name], path);
  }
  assert.equal(ours.said.match(/No registered models are exported: the server has no model registry/g)?.length, 1);
  assert.equal(JSON.parse((await readExport(ours.folder, "runs.json")).split("\n")[0] ?? "").metrics_latest.m, 1.5);
});
