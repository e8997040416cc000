/** The Dockerfile, as far as it can be held without a builder: tests/image builds and runs it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const ROOT = new URL("../../", import.meta.url);

Deno.test("the image runs the binary without root, as the user of the Kubernetes manifests, and has no other below it", async () => {
  const text = await readFile(new URL("deploy/Dockerfile", ROOT), "utf8");
  assert.match(text, /^ENTRYPOINT \["\/usr\/bin\/kiroframe-importer"\]$/m);
  assert.deepEqual([...text.matchAll(/^FROM (.*)/gm)].map(([, image]) => image), ["scratch"]);
  const job = await readFile(new URL("deploy/kubernetes/export-job.yaml", ROOT), "utf8");
  const [, user] = /runAsUser: (\d+)/.exec(job) ?? [];
  assert.ok(text.includes(`\nUSER ${user}:${user}\n`));
  const tool = await readFile(new URL("tools/image.ts", ROOT), "utf8");
  assert.ok(tool.includes(`:x:${user}:${user}:`));
});
