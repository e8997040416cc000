import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PERMISSIONS } from "../../tools/binary/deno.ts";
import { execute } from "../package/programs.ts";
import { use } from "./runner.ts";
import { DONE, Programs, ROOT, test, useScript } from "./scripts.ts";

test("the step takes the source's Deno, npm's Deno, or says what is missing", async () => {
  const flags = PERMISSIONS.join(" ");
  const old = `if [[ $1 == --version ]]; then echo "deno 2.8.1"; fi`;
  await using both = await Programs.open({ deno: old, npx: `echo "npx $*" >&2` });
  const fallback = await use({ path: [both.folder] });
  assert.match(
    fallback.log,
    new RegExp(`^npx --yes deno@2\\.9\\.6 run --quiet ${flags} ${ROOT}/main\\.ts --json$`, "m"),
  );
  const { log } = await useScript(`echo "ran as $*"`);
  assert.match(log, /^ran as --json$/m);

  await using none = await Programs.open({});
  for (const name of ["bash", "tr", "mkdir", "cat", "chmod", "sh"]) {
    const { stdout } = await execute(["bash", "-c", `command -v ${name}`]);
    await symlink(stdout.trim(), join(none.folder, name));
  }
  const { code, stdout } = await execute([join(none.folder, "bash"), join(ROOT, "action", "setup.sh")], {
    env: { PATH: none.folder, RUNNER_TEMP: none.folder, GITHUB_ACTION_PATH: ROOT, GITHUB_PATH: join(none.folder, "p") },
  });
  assert.equal(code, 1);
  assert.match(stdout, /^::error::Cannot run kiroframe-importer: found no Deno 2\.9 and no npx/m);
});

test("the step takes the binary of a release by its sum, and nothing in its place", async () => {
  await using programs = await Programs.open({ uname: "if [[ $1 == -s ]]; then echo Linux; else echo x86_64; fi" });
  const inside = join(programs.folder, "inside");
  await mkdir(inside);
  await writeFile(
    join(inside, "kiroframe-importer"),
    `#!/bin/sh\necho "binary $*" >&2\necho '${JSON.stringify(DONE)}'\n`,
  );
  const archive = join(programs.folder, "archive.tar.gz");
  await execute(["tar", "-czf", archive, "-C", inside, "kiroframe-importer"]);
  const bytes = Uint8Array.from(await readFile(archive));
  const sum = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const asked: string[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return pathname.endsWith("linux-gnu.tar.gz") ? new Response(bytes) : new Response("", { status: 404 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const path = [programs.folder];

  const right = await use({ path, inputs: { command: "demo", "base-url": `${url}/v9.9.9`, sha256: sum } });
  assert.equal(right.code, 0, right.log);
  assert.match(right.log, /^binary demo --json$/m);
  assert.deepEqual(asked, ["/v9.9.9/kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz"]);
  const wrong = await use({ path, inputs: { "base-url": url, sha256: "0".repeat(64) } });
  assert.deepEqual([wrong.code, wrong.path], [1, []]);
  assert.match(wrong.log, /^ERROR: Refused /m);
  assert.match(wrong.log, /^::error::Cannot get kiroframe-importer from /m);
  // Without a sum, SHA256SUMS is asked for, which this release has not.
  const unsure = await use({ path, inputs: { "base-url": url } });
  assert.deepEqual([unsure.code, unsure.path], [1, []]);

  const env = { GITHUB_SERVER_URL: url };
  const tagged = await useScript("echo source", { path, env, ref: "v1.2.3" });
  assert.match(tagged.log, /^::notice::No binary of kiroframe-importer for this runner: its source is used$/m);
  assert.match(tagged.log, /^source$/m);
  assert.equal(asked.at(-1), "/owner/name/releases/download/v1.2.3/SHA256SUMS");
  const named = await useScript("echo source", { path, env, inputs: { version: "1.2.4" } });
  assert.equal(named.code, 1);
  assert.equal(asked.at(-1), "/owner/name/releases/download/v1.2.4/SHA256SUMS");
  const before = asked.length;
  const branch = await useScript("echo source", { path, env, ref: "main" });
  assert.deepEqual([branch.code, asked.length], [0, before]);
});
