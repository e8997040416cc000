/** Signed calls (MLFLOW_TRACKING_AWS_SIGV4) to a real MLflow 3.17.2 behind a gateway on which botocore checks every signature. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExport, readTree } from "../live/parts/folders.ts";
import { runOurs } from "../live/parts/programs.ts";
import { startRealMlflow } from "../live/parts/servers.ts";
import { freePort, serve } from "../live/parts/serving.ts";
import { venvPython } from "../live/parts/venvs.ts";
import { SeedApi } from "../live/seed/api.ts";
import { seedArtifacts } from "../live/seed/artifacts.ts";
import { seedKeysAndValues } from "../live/seed/experiments.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDLIVETESTS", AWS_SECRET_ACCESS_KEY: "secret/of+the=live-tests" };

Deno.test("signed calls pass a gateway on which botocore checks them, whatever the names, and others end with 4", async () => {
  const base = await Deno.makeTempDir({ prefix: "sigv4-" });
  try {
    await using server = await startRealMlflow("3.17.2", { workers: 1 });
    const api = new SeedApi(server.url);
    await seedArtifacts(api);
    await seedKeysAndValues(api);
    const port = freePort();
    const python = await venvPython("mlflow-3.17.2-objects");
    const script = fileURLToPath(new URL("../live/python/sigv4_gateway.py", import.meta.url));
    const url = `http://127.0.0.1:${port}`;
    await using _gateway = await serve({
      name: "the gateway",
      python,
      folder: await Deno.makeTempDir({ prefix: "gateway-" }),
      command: [python, script, String(port), server.url, "eu-central-1"],
      env: KEYS,
      health: [`${url}/gateway-health`],
    });
    const args = ["--download-artifacts", "--no-import-to-kiroframe"];
    const open = await runOurs({ trackingUrl: server.url, baseDir: join(base, "open"), args });
    const env = {
      ...KEYS,
      MLFLOW_TRACKING_AWS_SIGV4: "true",
      AWS_REGION: "eu-central-1",
      MLFLOW_TRACKING_TOKEN: "unused",
    };
    const ours = await runOurs({ trackingUrl: url, baseDir: join(base, "signed"), args, env });
    assert.equal(ours.exitCode, open.exitCode, ours.said);
    for (const name of ["runs.json", "models.json", "experiment_summary.json"]) {
      assert.equal(await readExport(ours.folder, name), await readExport(open.folder, name), name);
    }
    assert.deepEqual(await readTree(join(ours.folder, "artifacts")), await readTree(join(open.folder, "artifacts")));
    assert.ok(!(ours.said + await readExport(ours.folder, "export.log")).includes(KEYS.AWS_SECRET_ACCESS_KEY));

    const wrong = [{ AWS_SECRET_ACCESS_KEY: "another" }, { AWS_REGION: "eu-west-1" }, {
      MLFLOW_TRACKING_AWS_SIGV4: "false",
    }];
    for (const [index, change] of wrong.entries()) {
      const refused = await runOurs({
        trackingUrl: url,
        baseDir: join(base, `refused ${index}`),
        args,
        env: { ...env, ...change },
      });
      assert.equal(refused.exitCode, 4, refused.said);
    }
    const none = await runOurs({
      trackingUrl: url,
      baseDir: join(base, "none"),
      args,
      env: { MLFLOW_TRACKING_AWS_SIGV4: "true", HOME: base },
    });
    assert.equal(none.exitCode, 2, none.said);
    assert.match(none.said, /MLFLOW_TRACKING_AWS_SIGV4: there is no key/);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
});
