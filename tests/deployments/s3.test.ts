/**
 * Artifacts in S3 that MLflow 3.17.2 does not hand out, as it has neither boto3 nor a key: fetched from moto and from Versity's gateway, and
 * held beside what MLflow's own client fetches from there.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExport, readTree } from "../live/parts/folders.ts";
import { runOurs } from "../live/parts/programs.ts";
import { type RealS3, startMoto, startVersity } from "../live/parts/s3.ts";
import { startRealMlflow } from "../live/parts/servers.ts";
import { venvPython } from "../live/parts/venvs.ts";

const SCRIPT = fileURLToPath(new URL("../live/python/s3_runs.py", import.meta.url));

async function fill(url: string, bucket: string, { folder, s3 }: { folder: string; s3: RealS3 }): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command(await venvPython("mlflow-3.17.2-s3"), {
    // More than a page of a listing has, where that does not take minutes.
    args: [SCRIPT, url, bucket, folder, s3.name === "versitygw" ? "1100" : "20"],
    env: { ...s3.env, MLFLOW_DISABLE_TELEMETRY: "true", PYTHONWARNINGS: "ignore" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1) ?? "");
}

/** Compares each run's files with the client's. */
async function assertLikeClient(ours: string, client: string, runIds: readonly string[]): Promise<void> {
  for (const runId of runIds) {
    const expected = await readTree(join(client, runId));
    const files = await readTree(join(ours, "artifacts", runId)).catch(() => new Map<string, string>());
    assert.deepEqual([...files.keys()], [...expected.keys()], runId);
    for (const [path, content] of expected) assert.ok(files.get(path) === content, `${path} of ${runId} differs`);
  }
}

for (const start of [startVersity, startMoto]) {
  Deno.test(`artifacts in s3:// come straight from ${start.name.slice(5)}, as MLflow's own client fetches them`, async () => {
    await using s3 = await start();
    const base = await Deno.makeTempDir({ prefix: "s3-" });
    try {
      const args = ["--no-serve-artifacts", "--default-artifact-root", "s3://artifacts-of-runs/deep"];
      await using server = await startRealMlflow("3.17.2", { args, workers: 1 });
      const client = join(base, "client");
      const runIds = await fill(server.url, "artifacts-of-runs", { folder: client, s3 });
      const given = ["--download-artifacts", "--no-import-to-kiroframe"];

      // Without a key: a sentence a run, one at the end, and nothing else is lost.
      const quick = { MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: "0.01" };
      const without = await runOurs({
        trackingUrl: server.url,
        baseDir: join(base, "without"),
        args: given,
        env: quick,
      });
      assert.equal(without.exitCode, 3, without.said);
      for (const runId of runIds) {
        assert.match(
          without.said,
          new RegExp(`Artifacts of run ${runId}: the artifacts are at s3://artifacts-of-runs, and MLflow`),
        );
      }
      assert.match(without.said, /Artifacts of 4 runs are at s3:\/\/artifacts-of-runs, .* AWS_ACCESS_KEY_ID/);

      // With one, the same folder is gone on with.
      const resumed = await runOurs({
        trackingUrl: server.url,
        baseDir: join(base, "without"),
        args: [...given, "--resume", "latest", "--log-level", "DEBUG"],
        env: s3.env,
      });
      assert.equal(resumed.exitCode, 0, resumed.said);
      await assertLikeClient(resumed.folder, client, runIds);
      assert.ok(!resumed.said.includes(s3.env["AWS_SECRET_ACCESS_KEY"] ?? ""), "the secret is shown");
      assert.ok(!(await readExport(resumed.folder, "export.log")).includes(s3.env["AWS_SECRET_ACCESS_KEY"] ?? ""));

      // And so does the store without its server.
      const stored = await runOurs({
        trackingUrl: server.store,
        baseDir: join(base, "store"),
        args: given,
        env: s3.env,
      });
      assert.equal(stored.exitCode, 0, stored.said);
      await assertLikeClient(stored.folder, client, runIds);

      if (s3.name !== "versitygw") return;
      const env = { ...s3.env, ...quick, AWS_SECRET_ACCESS_KEY: "another" };
      const refused = await runOurs({ trackingUrl: server.url, baseDir: join(base, "refused"), args: given, env });
      assert.equal(refused.exitCode, 3, refused.said);
      assert.match(refused.said, /Cannot read the artifacts in s3:\/\/artifacts-of-runs directly: .*403/);
    } finally {
      await Deno.remove(base, { recursive: true });
    }
  });
}
