/** The Windows binary, which TEST_PROGRAM names with Wine before it: paths as Windows has them, and the ends of commands. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { type Result, resultShape } from "../../lib/shapes/result.ts";
import { VERSION } from "../../lib/version.ts";
import { exportMlflow } from "../../mod.ts";
import { NODE_VERSION } from "../../tools/binary/node_runtime.ts";
import { temporaryFolder } from "../faults/program.ts";
import { makeFolder } from "../mlflow/store/files/folder.ts";
import { writeWorld as writeFolder } from "../mlflow/store/files/world_folder.ts";
import { writeWorld as writeDatabase } from "../mlflow/store/sql/world_database.ts";
import { execute, type Outcome } from "../package/programs.ts";
import { programCommand } from "../tools/program.ts";

/** sh, wine.sh, the folder with Wine, the folder for temporary files, the program. */
const [, , ROOT = ""] = programCommand();
const DRIVE_C = join(ROOT, "wine", "drive_c");

/** Runs the program in a folder of drive C. */
async function runIn(folder: string, words: readonly string[]): Promise<Outcome> {
  const command = programCommand();
  const line = `cd /d C:\\${folder} && ${[command.at(-1) ?? "", ...words].join(" ")}`;
  return await execute([...command.slice(0, -1), "C:\\windows\\system32\\cmd.exe", "/c", line]);
}

async function runJson(folder: string, words: readonly string[]): Promise<Result> {
  const { stdout, stderr } = await runIn(folder, [...words, "--json"]);
  assert.notEqual(stdout, "", stderr);
  return resultShape.parse(JSON.parse(stdout));
}

/** A new folder of drive C, which exists once the program has run. */
async function onDriveC(test: (name: string, path: string) => Promise<void>): Promise<void> {
  await execute([...programCommand(), "--version"]);
  const path = await mkdtemp(join(DRIVE_C, "test-"));
  try {
    await test(path.slice(DRIVE_C.length + 1), path);
  } finally {
    await rm(path, { recursive: true });
  }
}

Deno.test("the Windows binary says which runtime it has, and shows its help", async () => {
  const version = await execute([...programCommand(), "--version"]);
  assert.deepEqual(version, { code: 0, stdout: `kiroframe-importer ${VERSION} (Node ${NODE_VERSION})\n`, stderr: "" });
  const help = await execute([...programCommand(), "--help"]);
  assert.deepEqual([help.code, help.stderr], [0, ""]);
  assert.match(help.stdout, /^Usage: kiroframe-importer \[options\]\n/);
});

Deno.test("the Windows binary exports from loopback, imports, verifies, and takes over by sync", () =>
  onDriveC(async (name) => {
    await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
    await using kiroframe = await startKiroframeSandbox();
    const to = ["--kiroframe-url", kiroframe.url, "--profiling-token", kiroframe.token];
    const exported = await runJson(name, [
      ...["export", "--tracking-url", mlflow.url, "--download-artifacts", "--base-dir", `C:\\${name}\\exports`],
    ]);
    assert.deepEqual([exported.outcome, exported.written?.runs, exported.failed], ["done", 4, []]);
    const folder = exported.folder ?? "";
    assert.match(folder, /^C:\\test-\w+\\exports\\\d{8}_\d{4}_\d{6}$/);
    assert.equal(
      exported.next,
      `kiroframe-importer import ${folder} --kiroframe-url URL --profiling-token TOKEN`,
    );
    const imported = await runJson(name, ["import", folder, ...to]);
    assert.deepEqual([imported.outcome, imported.sent?.runs, imported.next], [
      "done",
      4,
      `kiroframe-importer verify ${folder}`,
    ]);
    assert.equal((await runJson(name, ["verify", folder])).outcome, "done");
    // One run is still going, and is read again.
    for (const unchanged of [0, 3]) {
      const synced = await runJson(name, ["sync", "--tracking-url", mlflow.url, "--base-dir", "synced", ...to]);
      assert.deepEqual([synced.outcome, synced.unchanged], ["done", unchanged]);
    }
  }));

Deno.test("the Windows binary reads stores by every path that Windows has for them, and their artifacts", () =>
  onDriveC(async (name, path) => {
    await using here = await temporaryFolder();
    using mlruns = makeFolder();
    writeFolder(mlruns, digitsWorld());
    await cp(mlruns.root, join(path, "mlruns"), { recursive: true });
    writeDatabase(join(path, "mlflow.db"), digitsWorld());
    const ours = await exportMlflow({ trackingUrl: mlruns.root, baseDir: here.path, env: {} });
    const rows = await readRows(join(ours.folderPath, "runs.json"));
    const uris = [
      `C:\\${name}\\mlruns`,
      `C:/${name}/mlruns`,
      ".\\mlruns",
      "mlruns",
      `file:///C:/${name}/mlruns`,
      `sqlite:///C:/${name}/mlflow.db`,
      `sqlite:///C:\\${name}\\mlflow.db`,
      "sqlite:///mlflow.db",
    ];
    for (const uri of uris) {
      const { outcome, folder } = await runJson(name, [
        "export",
        "--tracking-url",
        uri,
        "--base-dir",
        "out",
        "--no-report",
      ]);
      assert.equal(outcome, "done", uri);
      const dated = folder?.split("\\").at(-1) ?? "";
      if (!uri.includes("sqlite")) assert.deepEqual(await readRows(join(path, "out", dated, "runs.json")), rows, uri);
    }
    await keepArtifact(path, `file:///C:/${name}/files`);
    const flags = ["--tracking-url", "mlruns", "--base-dir", "with", "--download-artifacts", "--no-report"];
    const { folder, written } = await runJson(name, ["export", ...flags]);
    assert.equal(written?.artifacts.files, 1);
    const dated = folder?.split("\\").at(-1) ?? "";
    const found = await readdir(join(path, "with", dated, "artifacts"), { recursive: true });
    assert.ok(found.some((file) => file.endsWith("plots/a b.txt")), found.join());
  }));

/** Runs with their histories: what else they have comes in the order in which the system lists files. */
async function readRows(path: string): Promise<unknown[]> {
  return (await readFile(path, "utf8")).trimEnd().split("\n").map((line) => {
    const { run_id: id, metrics_history: histories } = JSON.parse(line);
    return [id, histories];
  });
}

/** Moves the artifacts of one run of a file store to a folder of drive C, as MLflow names it there. */
async function keepArtifact(path: string, uri: string): Promise<void> {
  const names = await readdir(join(path, "mlruns"), { recursive: true });
  const metas = names.filter((each) => /^\d+\/\w+\/meta\.yaml$/.test(each));
  assert.ok(metas.length > 1);
  await mkdir(join(path, "files", "plots"), { recursive: true });
  await writeFile(join(path, "files", "plots", "a b.txt"), "one\n");
  for (const [index, meta] of metas.entries()) {
    const file = join(path, "mlruns", meta);
    const text = await readFile(file, "utf8");
    const place = index === 0 ? uri : `${uri}/none`;
    await writeFile(file, text.replace(/^artifact_uri: .*$/m, `artifact_uri: ${place}`));
  }
  await mkdir(join(path, "files", "none"));
}

Deno.test("the Windows binary ends with the exit codes of every other form", () =>
  onDriveC(async (name, path) => {
    await using mlflow = await startMlflowSandbox({
      world: digitsWorld(),
      faults: [{ match: () => true, action: { kind: "status", status: 401 } }],
    });
    const once = ["--base-dir", "out"];
    assert.equal((await runIn(name, ["export", ...once])).code, 2);
    assert.equal((await runIn(name, ["export", "--tracking-url", mlflow.url, ...once])).code, 4);
    assert.equal((await runIn(name, ["export", "--tracking-url", "C:\\nowhere", ...once])).code, 2);
    assert.deepEqual(await readdir(path), []);
  }));
