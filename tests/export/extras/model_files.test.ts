import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, UnreachableError } from "../../../lib/errors.ts";
import { mergeExports } from "../../../lib/export/merge.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import { loggedModelFilesRow } from "../../../lib/shapes/folder.ts";
import type { ArtifactFile, LoggedModel } from "../../../lib/source/mod.ts";
import { experiment, type FakeWorld, loggedModel, run } from "../../source/fake_source.ts";
import { exportAnew, resume, withBase } from "../exports.ts";

const RECORD = "logged_models_files.jsonl";

function file(path: string, content: string, failure?: Error): ArtifactFile {
  const bytes = new TextEncoder().encode(content);
  return {
    path,
    size: bytes.length,
    open: (fromByte) =>
      failure === undefined
        ? Promise.resolve({
          stream: new Blob([bytes.subarray(fromByte)]).stream(),
          fromByte,
          length: bytes.length - fromByte,
        })
        : Promise.reject(failure),
  };
}

/** Three models, of which one is of a run; the last file of m-2 may fail. */
function world(failure?: Error, asked: string[] = []): FakeWorld {
  const models = [
    loggedModel("m-2", { experimentId: "2" }),
    loggedModel("m-of-run", { sourceRunId: "a" }),
    loggedModel("m-1"),
  ];
  return {
    experiments: ["2", "1"].map((id) => experiment(id)),
    runs: [run("a")],
    artifacts: () => Promise.resolve([]),
    extras: {
      async *loggedModels(experiments): AsyncGenerator<LoggedModel> {
        await Promise.resolve();
        yield* models.filter(({ experimentId }) => experiments.some(({ id }) => id === experimentId))
          .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      },
      modelFiles: ({ id }) => {
        asked.push(id);
        return Promise.resolve([
          file("MLmodel", `of ${id}`),
          ...id === "m-2" ? [file("data/w.bin", "w", failure)] : [],
        ]);
      },
    },
  };
}

const ARTIFACTS = { downloadArtifacts: true };

async function textOf(path: string, name: string): Promise<string> {
  return await readFile(join(path, name), "utf8").catch(() => "");
}

Deno.test("exportSource() fetches the files of logged models that no run put out, where artifacts are wanted", () =>
  withBase(async (base) => {
    const asked: string[] = [];
    const plain = await exportAnew(base, world(undefined, asked));
    assert.deepEqual([asked, await textOf(plain, RECORD)], [[], ""]);
    const path = await exportAnew(base, world(undefined, asked), ARTIFACTS);
    assert.deepEqual(asked, ["m-1", "m-2"]);
    assert.equal(await textOf(path, "artifacts/m-2/data/w.bin"), "w");
    assert.equal(await textOf(path, "artifacts/m-1/MLmodel"), "of m-1");
    const rows = (await textOf(path, RECORD)).trimEnd().split("\n").map((line) =>
      loggedModelFilesRow.parse(JSON.parse(line))
    );
    assert.deepEqual(rows.map(({ model_id: id, files }) => [id, files.map(({ path }) => path)]), [
      ["m-1", ["MLmodel"]],
      ["m-2", ["MLmodel", "data/w.bin"]],
    ]);
    const verified = await verifyFolder(path);
    assert.deepEqual([verified.problems, verified.artifacts], [[], 3]);
    await writeFile(join(path, "artifacts/m-2/data/w.bin"), "x");
    assert.deepEqual((await verifyFolder(path)).problems, [
      "artifacts/m-2/data/w.bin: it was changed since it was fetched",
    ]);
  }));

Deno.test("exportSource() counts files of logged models that fail, and --resume fetches them alone", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, world(new AppError("no such file")), ARTIFACTS);
    const { extras } = JSON.parse(await textOf(path, "summary.json"));
    const error = "files of 1 of the 2 without a run could not be fetched";
    assert.deepEqual(extras.logged_models, { found: 3, exported: 3, error });
    assert.match(await textOf(path, RECORD), /"error": "1 of 2 files failed; data\/w.bin: no such file"/);
    assert.deepEqual((await verifyFolder(path)).problems, []);
    await resume(path, world(), ARTIFACTS);
    assert.deepEqual(JSON.parse(await textOf(path, "summary.json")).extras.logged_models, { found: 3, exported: 3 });
    assert.equal(await textOf(path, "artifacts/m-2/data/w.bin"), "w");
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() ends where the server goes away over a model's files, and goes on from there", () =>
  withBase(async (base) => {
    const gone = new UnreachableError("gone", { cause: new Error("gone") });
    const failing = world();
    const extras = { ...failing.extras, modelFiles: (): Promise<never> => Promise.reject(gone) };
    await assert.rejects(exportAnew(base, { ...failing, extras }, ARTIFACTS), gone);
    const [name = ""] = await Array.fromAsync(Deno.readDir(base), (entry) => entry.name);
    await resume(join(base, name), world(), ARTIFACTS);
    assert.equal(await textOf(join(base, name), "artifacts/m-1/MLmodel"), "of m-1");
  }));

Deno.test("mergeExports() gives the files of logged models as one export does", () =>
  withBase(async (base) => {
    const whole = await exportAnew(base, world(), ARTIFACTS);
    const parts = [];
    for (const index of [1, 2]) {
      parts.push(await exportAnew(base, world(), { ...ARTIFACTS, shard: { index, count: 2 } }));
    }
    const shards = await Promise.all(parts.map((path) => ExportFolder.open(path)));
    const target = await ExportFolder.create(base);
    await mergeExports(shards, target);
    for (const folder of [...shards, target]) await folder.close();
    assert.equal(await textOf(target.path, RECORD), await textOf(whole, RECORD));
    const verified = await verifyFolder(target.path);
    assert.deepEqual([verified.problems, verified.artifacts], [[], 3]);
    await rm(join(target.path, "artifacts/m-1"), { recursive: true });
    assert.equal((await verifyFolder(target.path)).problems.length, 1);
  }));
