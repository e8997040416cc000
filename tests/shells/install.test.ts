/** install.sh in every kind of shell, by every program that downloads, on machines where something is not as it should be. */
import { HAS_NAMESPACES } from "../tools/namespaces.ts";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LINUX, Release } from "../package/release.ts";
import { execute } from "../package/programs.ts";
import { install, mayInstall } from "../tools/apt.ts";

const INSTALL = new URL("../../install.sh", import.meta.url);
const ARCHIVE = "kiroframe-importer-x86_64-unknown-linux-gnu.tar.gz";

/** All that install.sh may want of a system, besides what downloads. */
const COMMANDS = "awk cat chmod cp cut gzip ls mkdir mktemp mv rm sh sha256sum tar".split(" ");

/** What a machine has: a shell, its commands, and what downloads. */
interface Machine {
  readonly name: string;
  readonly shell: readonly string[];
  /** Whether all commands are busybox's own. */
  readonly isBusybox?: boolean;
  readonly downloads?: "curl" | "wget";
}

const MACHINES: readonly Machine[] = [
  { name: "dash and curl", shell: ["dash"], downloads: "curl" },
  { name: "dash and wget", shell: ["dash"], downloads: "wget" },
  { name: "bash and curl", shell: ["bash"], downloads: "curl" },
  { name: "bash and wget", shell: ["bash", "--posix"], downloads: "wget" },
  { name: "busybox and its own wget", shell: ["busybox", "sh"], isBusybox: true, downloads: "wget" },
];

/** Makes a folder that holds a machine's commands and nothing else. */
async function commandsOf({ isBusybox, downloads }: Machine, release: Release): Promise<string> {
  const path = join(release.folder, "commands");
  await mkdir(path);
  for (const command of [...COMMANDS, ...(downloads === undefined ? [] : [downloads])]) {
    await symlink(whereIs(isBusybox ? "busybox" : command), join(path, command));
  }
  return path;
}

function whereIs(command: string): string {
  const { stdout } = spawnSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" });
  assert.notEqual(stdout, "", command);
  return stdout.trim();
}

Deno.test("the shells and what downloads are there", async () => {
  const missing = ["busybox", "dash", "curl", "wget"].filter((name) => spawnSync(name, ["--help"]).error !== undefined);
  if (missing.length === 0) return;
  if (!mayInstall()) throw new Error(`These tests need programs: apt-get install ${missing.join(" ")}`);
  await install(...missing);
});

for (const machine of MACHINES) {
  const shell = (): string[] => [whereIs(machine.shell[0] ?? ""), ...machine.shell.slice(1)];

  Deno.test(`install.sh by ${machine.name} installs, replaces an old version, and refuses what it cannot trust`, async () => {
    await using release = await Release.open();
    const how = { shell: shell(), path: await commandsOf(machine, release) };
    const bin = join(release.folder, "prefix", "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "kiroframe-importer"), "the old one", { mode: 0o755 });

    release.breaksOff = true;
    const half = await release.install(LINUX, how);
    assert.ok([1, 3].includes(half.code), half.stderr);
    assert.match(half.stderr, /^ERROR: (Cannot download http|Refused kiroframe-importer-)/m);
    release.breaksOff = false;

    const sums = release.files.get("SHA256SUMS") ?? new Uint8Array();
    release.files.set("SHA256SUMS", new TextEncoder().encode(`${"0".repeat(64)}  ${ARCHIVE}\n`));
    const wrong = await release.install(LINUX, how);
    assert.equal(wrong.code, 3);
    assert.match(wrong.stderr, /^ERROR: Refused kiroframe-importer-.*, not 0{64}\nNothing was installed/m);
    release.files.set("SHA256SUMS", sums);
    assert.equal(await release.installed(), "the old one");

    const right = await release.install(LINUX, how);
    assert.deepEqual([right.code, right.stderr], [0, ""]);
    assert.equal(
      right.stdout,
      `kiroframe-importer 9.9.9 for x86_64-unknown-linux-gnu is in ${bin}\nAdd that folder to PATH to run it by its name.\n`,
    );
    assert.deepEqual(await readdir(bin), ["kiroframe-importer"]);
  });

  Deno.test(`install.sh by ${machine.name} leaves the old version where the new one cannot be written or does not run`, async () => {
    await using release = await Release.open("exit 127");
    const how = { shell: shell(), path: await commandsOf(machine, release) };
    const bin = join(release.folder, "prefix", "bin");
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, "kiroframe-importer"), "the old one", { mode: 0o755 });
    const broken = await release.install(LINUX, how);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /^ERROR: Cannot install kiroframe-importer: the binary does not run on this system$/m);
    assert.equal(await release.installed(), "the old one");
    assert.deepEqual(await readdir(bin), ["kiroframe-importer"]);

    const forbidden = await release.install(LINUX, { ...how, env: { PREFIX: "/proc/nowhere" } });
    assert.equal(forbidden.code, 1);
    assert.match(forbidden.stderr, /^ERROR: Cannot install to \/proc\/nowhere\/bin\nSet PREFIX to a folder/m);

    if (!HAS_NAMESPACES) return;
    // A disk on which nothing of the size of a program has room.
    const full = join(release.folder, "full disk");
    await mkdir(full);
    const mount = `${whereIs("mount")} -t tmpfs -o size=4k none "$0" && exec "$@"`;
    const namespace = [whereIs("unshare"), "--user", "--map-root-user", "--mount", whereIs("sh"), "-c", mount, full];
    const noRoom = await release.install(LINUX, {
      shell: [...namespace, ...how.shell],
      path: how.path,
      env: { PREFIX: full },
    });
    assert.equal(noRoom.code, 1);
    assert.match(noRoom.stderr, /^ERROR: Cannot install to .*full disk\/bin\nSet PREFIX to a folder .* room for it$/m);
  });

  Deno.test(`install.sh by ${machine.name} does nothing where only a part of it arrived`, async () => {
    await using release = await Release.open();
    const path = await commandsOf(machine, release);
    const script = await readFile(INSTALL, "utf8");
    for (let length = 400; length < script.length - "main\n".length; length += 397) {
      await release.install(LINUX, { shell: shell(), path, input: script.slice(0, length) });
      assert.deepEqual(release.asked, [], `${length} of ${script.length}`);
    }
    assert.equal((await release.install(LINUX, { shell: shell(), path, input: script })).code, 0);
  });
}

// Busybox's shell has a wget in itself.
for (const shell of ["dash", "bash"]) {
  Deno.test(`install.sh says what is missing, in ${shell}: a program that downloads, a place to install to`, async () => {
    await using release = await Release.open();
    const words = [whereIs(shell)];
    const path = await commandsOf({ name: shell, shell: words }, release);
    const { code, stderr } = await release.install(LINUX, { shell: words, path });
    assert.equal(code, 1);
    assert.match(stderr, /^ERROR: Cannot download: found neither curl nor wget\nInstall one of them/);
    const nowhere = await release.install(LINUX, { shell: words, path, env: { PREFIX: "", HOME: "" } });
    assert.deepEqual([nowhere.code, nowhere.stderr.split("\n")[0]], [
      1,
      "ERROR: Cannot install kiroframe-importer: neither PREFIX nor HOME is set",
    ]);
    const inTheWay = join(release.folder, "prefix", "bin", "kiroframe-importer");
    await mkdir(inTheWay, { recursive: true });
    const folder = await release.install(LINUX, { shell: words });
    assert.deepEqual([folder.code, /kiroframe-importer is a folder there$/m.test(folder.stderr)], [1, true]);
    assert.deepEqual(await readdir(inTheWay), []);
  });
}

Deno.test("install.sh replaces a version that runs, which goes on to its end", async () => {
  await using release = await Release.open();
  const bin = join(release.folder, "prefix", "bin");
  await mkdir(bin, { recursive: true });
  const program = join(bin, "kiroframe-importer");
  await Deno.copyFile(whereIs("sleep"), program);
  const running = execute([program, "3"]);
  const { code, stderr } = await release.install(LINUX);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(await release.installed(), /9\.9\.9/);
  assert.equal((await running).code, 0);
});
