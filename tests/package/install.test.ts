/** install.sh against a release on a loopback server, on systems that a false `uname` names. */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binaryPath, nodeLicencePath, TARGETS } from "../../tools/binary/targets.ts";
import { installerFor, makeReleaseFiles } from "../../tools/release_files.ts";
import { execute } from "./programs.ts";
import { LINUX, Release, sha256 } from "./release.ts";

function test(name: string, fn: (release: Release) => Promise<void>): void {
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    async fn(): Promise<void> {
      await using release = await Release.open();
      await fn(release);
    },
  });
}

test("install.sh picks the binary of each system, checks it, and makes it runnable", async (release) => {
  const systems: readonly (readonly [kernel: string, machine: string, target: string])[] = [
    ["Linux", "x86_64", "x86_64-unknown-linux-gnu"],
    ["Linux", "aarch64", "aarch64-unknown-linux-gnu"],
    ["Darwin", "x86_64", "x86_64-apple-darwin"],
    ["Darwin", "arm64", "aarch64-apple-darwin"],
    ["MINGW64_NT-10.0-26100", "x86_64", "x86_64-pc-windows-msvc"],
  ];
  for (const [kernel, machine, target] of systems) {
    const { code, stdout, stderr } = await release.install({ kernel, machine });
    assert.deepEqual([code, stderr], [0, ""], target);
    const bin = join(release.folder, "prefix", "bin");
    const program = join(bin, target.includes("windows") ? "kiroframe-importer.exe" : "kiroframe-importer");
    assert.equal(
      stdout,
      `kiroframe-importer 9.9.9 for ${target} is in ${bin}\nAdd that folder to PATH to run it by its name.\n`,
    );
    assert.equal((await stat(program)).mode & 0o777, 0o755);
  }
});

test("install.sh refuses what has another sum, and leaves the program that is there", async (release) => {
  await release.install(LINUX);
  const before = await release.installed();
  const name = "kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz";
  const changed = Uint8Array.from(release.files.get(name) ?? []);
  changed[changed.length - 1] = 255 - (changed.at(-1) ?? 0);
  release.files.set(name, changed);
  const { code, stderr } = await release.install(LINUX);
  assert.equal(code, 3);
  assert.match(stderr, new RegExp(`^ERROR: Refused ${name}: its SHA-256 is ${sha256(changed)}, not [0-9a-f]{64}\n`));
  assert.equal(await release.installed(), before);
});

test("install.sh takes the sum that it is given, and does not ask the release for another", async (release) => {
  const bytes = release.files.get("kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz") ?? new Uint8Array();
  const right = await release.install(LINUX, { env: { KIROFRAME_IMPORTER_SHA256: sha256(bytes) } });
  assert.equal(right.code, 0, right.stderr);
  assert.ok(!release.asked.includes("SHA256SUMS"));
  const wrong = await release.install(LINUX, { env: { KIROFRAME_IMPORTER_SHA256: "0".repeat(64) } });
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /not 0{64}\n/);
});

test("install.sh says what it cannot install on, and what does run there", async (release) => {
  for (const system of [{ kernel: "Linux", machine: "riscv64" }, { kernel: "SunOS", machine: "x86_64" }]) {
    const { code, stderr } = await release.install(system);
    assert.equal(code, 1);
    const what = system.kernel === "SunOS" ? "SunOS" : "riscv64";
    assert.ok(stderr.startsWith(`ERROR: Cannot install kiroframe-importer: there is no binary for ${what}\nWith Node`));
  }
  assert.deepEqual(release.asked, []);
});

test("install.sh installs nothing when the release lacks the archive, its sum, or an address", async (release) => {
  release.files.set("SHA256SUMS", new TextEncoder().encode("0  something-else.tar.gz\n"));
  const unnamed = await release.install(LINUX);
  assert.deepEqual([unnamed.code, /SHA256SUMS does not name it$/m.test(unnamed.stderr)], [1, true]);
  release.files.delete("kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz");
  const missing = await release.install(LINUX);
  assert.deepEqual([missing.code, /^ERROR: Cannot download http/m.test(missing.stderr)], [1, true]);
  const nowhere = await release.install(LINUX, { env: { KIROFRAME_IMPORTER_BASE_URL: "" } });
  assert.deepEqual([nowhere.code, /KIROFRAME_IMPORTER_BASE_URL is not set/.test(nowhere.stderr)], [1, true]);
  assert.equal(await release.installed(), "nothing");
});

test("the installer of a release knows where that release is, and SHA256SUMS covers all its files", async (release) => {
  const binaries = join(release.folder, "binaries");
  const npmPackage = join(release.folder, "npm");
  await mkdir(binaries);
  await mkdir(npmPackage);
  for (const target of TARGETS) {
    await writeFile(binaryPath(target, binaries), `#!/bin/sh\necho "kiroframe-importer 9.9.9 for ${target}"\n`);
    await writeFile(nodeLicencePath(target, binaries), "Node's\n");
  }
  for (const name of ["LICENSE", "THIRD_PARTY_NOTICES.txt", "kiroframe-importer.js", "sbom.cdx.json"]) {
    await writeFile(join(npmPackage, name), name);
  }
  await writeFile(join(npmPackage, "package.json"), '{"name":"kiroframe-importer","version":"9.9.9"}');
  const folder = join(release.folder, "release");
  await makeReleaseFiles({ url: release.url, binaries, npmPackage, folder });
  const names = (await readdir(folder)).sort();
  assert.deepEqual(names.filter((name) => !name.endsWith(".tar.gz")), [
    "SHA256SUMS",
    "install.sh",
    "kiroframe-importer-9.9.9.tgz",
    "kiroframe-importer-sbom.cdx.json",
    "kiroframe-importer.js",
  ]);
  release.files.clear();
  for (const name of names) release.files.set(name, Uint8Array.from(await readFile(join(folder, name))));
  const sums = names.filter((name) => name !== "SHA256SUMS").map((name) =>
    `${sha256(release.files.get(name) ?? new Uint8Array())}  ${name}\n`
  );
  assert.equal(new TextDecoder().decode(release.files.get("SHA256SUMS")), sums.join(""));
  const env = { KIROFRAME_IMPORTER_BASE_URL: "" };
  const { code, stdout, stderr } = await release.install(LINUX, { env, script: join(folder, "install.sh") });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^kiroframe-importer 9\.9\.9 for x86_64-unknown-linux-gnu is in /);
  const archive = join(folder, "kiroframe-importer-aarch64-apple-darwin.tar.gz");
  assert.equal(
    (await execute(["tar", "-tzf", archive])).stdout,
    "kiroframe-importer\nLICENSE\nTHIRD_PARTY_NOTICES.txt\n",
  );
  const withNode = join(folder, "kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz");
  assert.match((await execute(["tar", "-tzf", withNode])).stdout, /^LICENSE_of_Node\.txt$/m);
});

Deno.test("installerFor() refuses an address that a shell would read, and a script without the place for it", () => {
  const script = 'base_url="${KIROFRAME_IMPORTER_BASE_URL:-}"\n';
  assert.equal(
    installerFor("https://host.example/o/n/v1.0.0", script),
    'base_url="${KIROFRAME_IMPORTER_BASE_URL:-https://host.example/o/n/v1.0.0}"\n',
  );
  assert.throws(() => installerFor('https://host.example/$(id)"', script), /is no plain address/);
  assert.throws(() => installerFor("https://host.example", "base_url=x\n"), /the line of its address is not there/);
});
