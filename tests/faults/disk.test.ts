/**
 * Disks that are full or cannot be written. A small tmpfs and a read-only bind mount where this process may mount (it prints which);
 * everywhere: a limit on the size of files, and a file where a folder should be.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { generateWorld } from "../../sandbox/world/generator.ts";
import { World } from "../../sandbox/world/mod.ts";
import { programCommand } from "../tools/program.ts";
import { childCommand, type Outcome, runChild, runHere, say, temporaryFolder } from "./program.ts";
import { system, withMount } from "./disk/mount.ts";
import { assertWhole, exportFlags, filesOf, kiroframeFlags } from "./truth.ts";

/** Some 1.5 MB of rows. */
function largeWorld(): World {
  return generateWorld({ experiments: 1, runs: 12, metrics: 4, points: 400, files: 1, models: 1 });
}

Deno.test("a full disk ends the export with 1 and says so; with room again --resume makes it whole", async () => {
  await using mlflow = await startMlflowSandbox({ world: largeWorld() });
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "whole"));
  const whole = ["export", ...exportFlags(join(folder.path, "whole"), mlflow)];
  assert.equal((await runHere(whole)).exitCode, 0);
  const [name = ""] = (await Array.fromAsync(Deno.readDir(join(folder.path, "whole")))).map((entry) => entry.name);
  const expected = await filesOf(join(folder.path, "whole", name));
  const disk = join(folder.path, "disk");
  await Deno.mkdir(disk);
  const mounted = await withMount(["-t", "tmpfs", "-o", "size=500k", "tmpfs"], disk, async () => {
    const args = ["export", ...exportFlags(disk, mlflow)];
    const full = await runHere(args);
    assertFull(full, /no space is left on the device/);
    assert.ok(await system("mount", "-o", "remount,size=40m", disk));
    const resumed = await runHere([...args, "--resume", "latest"]);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    const [only = ""] = (await Array.fromAsync(Deno.readDir(disk))).map((entry) => entry.name);
    await assertWhole(join(disk, only), expected);
  });
  say(mounted ? "full disk: a tmpfs of 500 KB" : "full disk: skipped, this process may not mount a tmpfs");
});

Deno.test("a disk that an artifact fills ends the export with 1 as well; with room again --resume fetches the rest", async () => {
  const world = new World();
  const { id } = world.addRun({ experimentId: "0" });
  world.files.put(`0/${id}/artifacts/small.txt`, "small");
  world.files.put(`0/${id}/artifacts/large.bin`, new Uint8Array(3_000_000).fill(7));
  await using mlflow = await startMlflowSandbox({ world });
  await using folder = await temporaryFolder();
  const disk = join(folder.path, "disk");
  await Deno.mkdir(disk);
  const mounted = await withMount(["-t", "tmpfs", "-o", "size=2m", "tmpfs"], disk, async () => {
    const args = ["export", ...exportFlags(disk, mlflow)];
    assertFull(await runHere(args), /no space is left on the device/);
    assert.ok(await system("mount", "-o", "remount,size=40m", disk));
    const resumed = await runHere([...args, "--resume", "latest"]);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    const [only = ""] = (await Array.fromAsync(Deno.readDir(disk))).map((entry) => entry.name);
    assert.equal((await Deno.stat(join(disk, only, "artifacts", id, "large.bin"))).size, 3_000_000);
    assert.equal((await runHere(["verify", join(disk, only)])).exitCode, 0);
  });
  say(mounted ? "disk full of an artifact: a tmpfs of 2 MB" : "disk full of an artifact: skipped");
});

Deno.test({
  name: "a limit on the size of files ends the export with 1; without it --resume makes it whole",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using mlflow = await startMlflowSandbox({ world: largeWorld() });
    await using folder = await temporaryFolder();
    const args = ["export", ...exportFlags(folder.path, mlflow)];
    assertFull(await runLimited(args, 400), /too large|disk is full/i);
    const resumed = await runHere([...args, "--resume", "latest"]);
    assert.equal(resumed.exitCode, 0, resumed.stderr);
    const verified = await runHere(["verify", await folder.exported()]);
    assert.equal(verified.exitCode, 0, verified.stdout);
    assert.match(verified.stdout, /runs\.json: 12 rows/);
  },
});

/** Runs the program as a child that may not write a file beyond so many KiB. */
async function runLimited(args: readonly string[], kib: number): Promise<Outcome> {
  const program = [...programCommand(), ...args];
  // Where the signal of the limit is ignored, writing fails instead of killing the process.
  const script = `trap '' XFSZ; ulimit -f ${kib}; exec "$@"`;
  const { code, stdout, stderr } = await new Deno.Command("bash", { args: ["-c", script, "bash", ...program] })
    .output();
  const decoder = new TextDecoder();
  return { exitCode: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function assertFull({ exitCode, stderr, stdout }: Outcome, reason: RegExp): void {
  assert.equal(exitCode, 1, stderr + stdout);
  assert.match(stderr, /^ERROR: Cannot write /);
  assert.match(stderr, reason);
  assert.match(stderr, /--resume/);
}

Deno.test("a base folder that cannot be written is usage: exit 2 before MLflow is asked", async () => {
  await using mlflow = await startMlflowSandbox({ world: largeWorld() });
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "in the way");
  const inTheWay = await runHere(["export", ...exportFlags(join(file, "below"), mlflow)]);
  assert.equal(inTheWay.exitCode, 2);
  assert.match(inTheWay.stderr, /^ERROR: Cannot use --base-dir .* is a file/);
  const readOnly = join(folder.path, "read-only");
  await Deno.mkdir(readOnly);
  const mounted = await withMount(["-t", "tmpfs", "-o", "ro", "tmpfs"], readOnly, async () => {
    const { exitCode, stderr } = await runHere(["export", ...exportFlags(readOnly, mlflow)]);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /^ERROR: Cannot use --base-dir .*[Rr]ead-only/);
  });
  assert.equal(mlflow.requestCount, 0);
  say(
    mounted
      ? "read-only folder: a tmpfs mounted ro"
      : "read-only folder: a file in the way, as mounting is not allowed",
  );
});

Deno.test("an import from a read-only disk says that the folder must be writable, and sends nothing", async () => {
  await using mlflow = await startMlflowSandbox({ world: largeWorld() });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  await Deno.mkdir(join(folder.path, "disk"));
  const disk = join(folder.path, "disk");
  await withMount(["-t", "tmpfs", "-o", "size=20m", "tmpfs"], disk, async () => {
    assert.equal((await runHere(["export", ...exportFlags(disk, mlflow)])).exitCode, 0);
    assert.ok(await system("mount", "-o", "remount,ro", disk));
    const [name = ""] = (await Array.fromAsync(Deno.readDir(disk))).map((entry) => entry.name);
    const { exitCode, stderr } = await runHere(["import", join(disk, name), ...kiroframeFlags(kiroframe)]);
    assert.equal(exitCode, 1, stderr);
    assert.match(stderr, /^ERROR: Cannot write .*\.state\.sqlite: .*\nCheck the folder's permissions/);
    assert.equal(kiroframe.requestCount, 0);
  });
});

Deno.test("a full disk while importing ends with 1, and what Kiroframe acknowledged is not forgotten", async () => {
  await using mlflow = await startMlflowSandbox({
    world: generateWorld({ experiments: 2, runs: 400, metrics: 1, points: 1, params: 0, tags: 0 }),
  });
  await using kiroframe = await startKiroframeSandbox();
  await using folder = await temporaryFolder();
  const disk = join(folder.path, "disk");
  await Deno.mkdir(disk);
  await withMount(["-t", "tmpfs", "-o", "size=12m", "tmpfs"], disk, async () => {
    const flags = ["--tracking-url", mlflow.url, "--base-dir", disk];
    assert.equal((await runHere(["export", ...flags])).exitCode, 0);
    const [name = ""] = (await Array.fromAsync(Deno.readDir(disk))).map((entry) => entry.name);
    const import_ = ["import", join(disk, name), ...kiroframeFlags(kiroframe)];
    await fill(disk, 60_000);
    const full = await runHere(import_);
    assert.equal(full.exitCode, 1, full.stderr + full.stdout);
    assert.match(full.stderr, /^ERROR: Cannot write \.state\.sqlite: .*full\nMake room.*kiroframe-importer import/);
    await Deno.remove(join(disk, "filler"));
    const done = await runHere(import_);
    assert.equal(done.exitCode, 0, done.stderr);
    assert.equal(kiroframe.runs.size, 400);
    assert.deepEqual(kiroframe.violations, []);
    const twice = [...kiroframe.runs.values()].filter(({ imports }) => imports > 1).length;
    assert.ok(
      twice <= 2,
      `${twice} rows were sent twice: one a lane may be, whose acknowledgement could not be written`,
    );
  });
});

/** Fills a small disk up to so many bytes. */
async function fill(disk: string, leave: number): Promise<void> {
  const file = await Deno.create(join(disk, "filler"));
  const block = new Uint8Array(4096);
  let size = 0;
  try {
    for (;;) size += await file.write(block);
  } catch {
    await file.truncate(Math.max(0, size - leave));
  } finally {
    file.close();
  }
}

Deno.test("a broken pipe of standard output does not end the export", async () => {
  await using mlflow = await startMlflowSandbox({ world: largeWorld() });
  await using folder = await temporaryFolder();
  const child = childCommand(["export", ...exportFlags(folder.path, mlflow)]).spawn();
  await child.stdout.cancel();
  const [{ code }, error] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assert.equal(code, 0, error);
  assert.equal((await runChild(["verify", await folder.exported()])).exitCode, 0);
});
