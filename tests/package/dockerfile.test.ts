/** The Dockerfile, as far as it can be held without Docker. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { PERMISSIONS } from "../../tools/binary/deno.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("the image runs the bundle without root, with the binary's permissions, on the Deno that CI tests", async () => {
  const text = await readFile(new URL("deploy/Dockerfile", ROOT), "utf8");
  const [, entrypoint = "[]"] = /^ENTRYPOINT (.*)$/m.exec(text) ?? [];
  assert.deepEqual(JSON.parse(entrypoint), [
    ...["deno", "run", "--no-config"],
    ...PERMISSIONS,
    "/app/kiroframe-importer.js",
  ]);
  const job = await readFile(new URL("deploy/kubernetes/export-job.yaml", ROOT), "utf8");
  const [, user] = /runAsUser: (\d+)/.exec(job) ?? [];
  assert.ok(text.includes(`\nUSER ${user}:${user}\n`));
  const ci = await readFile(new URL(".github/workflows/ci.yml", ROOT), "utf8");
  const [, version] = /deno-version: (\S+)/.exec(ci) ?? [];
  const images = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assert.deepEqual(images, [`denoland/deno:${version}`, `denoland/deno:${version}`]);
});
