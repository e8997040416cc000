import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, UnreachableError } from "../../../lib/errors.ts";
import { exportSource } from "../../../lib/export/exporter.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import { silentProgress } from "../../../lib/logger.ts";
import type { ArtifactFile, Run } from "../../../lib/source/mod.ts";
import { experiment, fakeSource, type FakeWorld, run } from "../../source/fake_source.ts";
import { filesBelow, textFile, withFolder } from "../artifact_files.ts";

const RUNS = Array.from({ length: 6 }, (_, index) => run(`r${index}`));

/** Six runs with two files each, of which those named fail. */
function world(failing: readonly string[] = [], opened: string[] = []): FakeWorld {
  const artifacts = ({ id }: Run): Promise<ArtifactFile[]> =>
    Promise.resolve(["a.txt", "b/c.txt"].map((path) => {
      const name = `${id}/${path}`;
      return textFile(path, name, {
        onOpen: () => {
          opened.push(name);
          if (failing.includes(name)) throw new AppError(`${name} is broken`);
        },
      });
    }));
  return { experiments: [experiment("1")], runs: RUNS, artifacts };
}

async function exportInto(path: string | { base: string }, given: FakeWorld): Promise<{ path: string; log: string[] }> {
  const folder = typeof path === "string" ? await ExportFolder.open(path) : await ExportFolder.create(path.base);
  const log: string[] = [];
  const keep = (message: string): void => void log.push(message);
  try {
    await exportSource({
      source: fakeSource(given),
      folder,
      includeSchemaProfile: true,
      exportModels: true,
      downloadArtifacts: true,
      logger: { debug(): void {}, info: keep, warn: keep, error: keep },
      progress: silentProgress,
      commitEveryMs: 0,
    });
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
  } finally {
    await folder.close();
  }
  return { path: folder.path, log };
}

/** Everything that tells of artifacts, without the folder's own name. */
async function kept(folder: string): Promise<unknown> {
  const text = async (name: string): Promise<string> =>
    (await readFile(join(folder, name), "utf8")).replaceAll(folder, "FOLDER");
  const { files, ...counts } = JSON.parse(await text("summary.json"));
  // Its hash is that of the folder's name.
  delete files["artifacts_manifest.json"];
  return [
    await text("artifacts_manifest.json"),
    await text("artifacts_files.jsonl"),
    counts,
    files,
    await filesBelow(join(folder, "artifacts")),
  ];
}

Deno.test("exportSource() counts artifacts, in summary.json and in the log", () =>
  withFolder(async (base) => {
    const { path, log } = await exportInto({ base }, world(["r1/a.txt", "r2/a.txt", "r2/b/c.txt"]));
    const summary = JSON.parse(await readFile(join(path, "summary.json"), "utf8"));
    const { artifact_errors: errors, artifact_runs: runs, artifact_files: files, artifact_bytes: bytes } = summary;
    assert.deepEqual([errors, runs, files, bytes], [2, 5, 9, 6 * 18 - 8 - 18]);
    assert.ok(log.includes("Artifacts of 5 of 6 runs are there: 9 files, 82 bytes"), log.join("\n"));
    const [line] = (await readFile(join(path, "artifacts_files.jsonl"), "utf8")).split("\n");
    assert.match(
      line ?? "",
      /^\{"run_id": "r0", "files": \[\{"path": "a\.txt", "bytes": 8, "sha256": "[0-9a-f]{64}"\}, /,
    );
  }));

Deno.test("exportSource() of a resumed export fetches again what failed before, to what an undisturbed one leaves", () =>
  withFolder(async (base) => {
    const undisturbed = await kept((await exportInto({ base }, world())).path);
    const beforeRun = ({ id }: Run): void => {
      if (id === "r4") throw new UnreachableError("gone");
    };
    const { path } = await exportInto({ base }, { ...world(["r0/a.txt", "r1/b/c.txt"]), beforeRun });
    const opened: string[] = [];
    await exportInto(path, world([], opened));
    assert.deepEqual(await kept(path), undisturbed);
    assert.ok(opened.includes("r0/a.txt") && !opened.includes("r0/b/c.txt"), opened.join());
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() of a finished export fetches what failed, and nothing else", () =>
  withFolder(async (base) => {
    const undisturbed = await kept((await exportInto({ base }, world())).path);
    const { path } = await exportInto({ base }, world(["r0/a.txt", "r5/b/c.txt"]));
    const opened: string[] = [];
    const still = await exportInto(path, world(["r5/b/c.txt"], opened));
    assert.deepEqual(opened.sort(), ["r0/a.txt", "r5/b/c.txt"]);
    assert.match(still.log.join("\n"), /Artifacts of run r5: b\/c\.txt: r5\/b\/c\.txt is broken/);
    assert.equal(JSON.parse(await readFile(join(path, "summary.json"), "utf8")).artifact_errors, 1);
    assert.deepEqual((await verifyFolder(path)).problems, []);
    await exportInto(path, world());
    assert.deepEqual(await kept(path), undisturbed);
    assert.deepEqual((await verifyFolder(path)).problems, []);
    assert.deepEqual((await exportInto(path, world())).log, []);
  }));

Deno.test("exportSource() fetches what failed in a folder of a version that kept no record of files", () =>
  withFolder(async (base) => {
    const { path } = await exportInto({ base }, world(["r0/a.txt"]));
    await rm(join(path, "artifacts_files.jsonl"));
    const opened: string[] = [];
    await exportInto(path, world([], opened));
    assert.deepEqual(opened, ["r0/a.txt"]);
    const manifest = JSON.parse(await readFile(join(path, "artifacts_manifest.json"), "utf8"));
    assert.deepEqual(manifest.map((entry: object) => "artifacts_path" in entry), Array(6).fill(true));
    const { problems, artifacts, unrecordedRuns } = await verifyFolder(path);
    assert.deepEqual([problems, artifacts, unrecordedRuns], [[], 2, 5]);
  }));

Deno.test("exportSource() keeps the failures of a run that is no longer listed", () =>
  withFolder(async (base) => {
    const { path } = await exportInto({ base }, world(["r0/a.txt", "r1/a.txt"]));
    await exportInto(path, { ...world(), runs: RUNS.slice(1) });
    const manifest = JSON.parse(await readFile(join(path, "artifacts_manifest.json"), "utf8"));
    assert.match(manifest[0].artifacts_error, /r0\/a\.txt is broken/);
    assert.ok("artifacts_path" in manifest[1]);
  }));

Deno.test("exportSource() keeps what summary.json tells of an import when it fetches artifacts again", () =>
  withFolder(async (base) => {
    const { path } = await exportInto({ base }, world(["r0/a.txt"]));
    const file = join(path, "summary.json");
    const summary = JSON.parse(await readFile(file, "utf8"));
    summary.import = { acknowledged: 7, failed: 1, non_finite_left_out: 2, thinned_points: 3 };
    summary.reconciliation["1"].acknowledged = 6;
    await writeFile(file, JSON.stringify(summary));
    await exportInto(path, world());
    const { import: imported, reconciliation } = JSON.parse(await readFile(file, "utf8"));
    assert.deepEqual([imported, reconciliation], [summary.import, summary.reconciliation]);
  }));

Deno.test("exportSource() warns where no run lists an artifact, and where one that logged a model lists none", () =>
  withFolder(async (base) => {
    const none: FakeWorld = { ...world(), artifacts: () => Promise.resolve([]) };
    const empty = await exportInto({ base }, none);
    assert.match(empty.log.join("\n"), /No run lists any artifact: if there should be some, /);
    assert.doesNotMatch(empty.log.join("\n"), /logged a model/);
    const runs = RUNS.map((one, index) => index < 2 ? { ...one, modelIds: ["m-1"] } : one);
    const model = await exportInto({ base }, { ...none, runs });
    assert.match(model.log.join("\n"), /Artifacts of run r1: it logged a model, and lists no file/);
    assert.match(model.log.join("\n"), /2 runs logged a model and list no file/);
    assert.equal(JSON.parse(await readFile(join(model.path, "summary.json"), "utf8")).runs_without_model_files, 2);
  }));
