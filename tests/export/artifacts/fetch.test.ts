import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, InterruptedError, RefusedError, UnreachableError } from "../../../lib/errors.ts";
import { downloadArtifacts } from "../../../lib/export/artifacts/fetch.ts";
import type { ArtifactOutcome } from "../../../lib/export/artifacts/manifest.ts";
import { silentProgress } from "../../../lib/logger.ts";
import type { ArtifactFile, Run } from "../../../lib/source/mod.ts";
import { fakeSource, run } from "../../source/fake_source.ts";
import { breakingFile, filesBelow, textFile, withFolder } from "../artifact_files.ts";

function download(
  artifactsFolder: string,
  files: readonly ArtifactFile[],
  { of = run("r"), signal }: { readonly of?: Run; readonly signal?: AbortSignal } = {},
): Promise<ArtifactOutcome> {
  const source = fakeSource({ experiments: [], runs: [], artifacts: () => Promise.resolve(files) });
  return downloadArtifacts(source, of, { artifactsFolder, progress: silentProgress, signal });
}

Deno.test("downloadArtifacts() tells path, length and hash of each file, in the listing's order", () =>
  withFolder(async (folder) => {
    const texts = { "b/ü %.txt": "hello", "a": "", "x.part": "of its own", "x": "abc", "b/c/d": "1" };
    const { files, failures } = await download(
      folder,
      Object.entries(texts).map(([path, text]) => textFile(path, text)),
    );
    assert.deepEqual(failures, []);
    assert.deepEqual(
      files,
      Object.entries(texts).map(([path, text]) => ({
        path,
        bytes: new TextEncoder().encode(text).length,
        sha256: createHash("sha256").update(text).digest("hex"),
      })),
    );
    for (const [path, text] of Object.entries(texts)) {
      assert.equal(await readFile(join(folder, "r", path), "utf8"), text);
    }
    assert.equal((await filesBelow(folder)).length, 5);
  }));

Deno.test("downloadArtifacts() fetches nothing that is there whole, and hashes what is", () =>
  withFolder(async (folder) => {
    const first = await download(folder, [textFile("a", "abc"), textFile("b", "", { size: null })]);
    const opened: string[] = [];
    const again = (path: string, size: number | null): ArtifactFile =>
      textFile(path, "new", { size, onOpen: () => void opened.push(path) });
    const second = await download(folder, [again("a", 3), again("b", null)]);
    assert.deepEqual([second, opened], [first, []]);
    await download(folder, [again("a", 3), again("b", 3)]);
    assert.deepEqual(opened, ["b"]);
  }));

Deno.test("downloadArtifacts() goes on with a file where an interruption left it", () =>
  withFolder(async (folder) => {
    await assert.rejects(
      download(folder, [breakingFile("a", "01234", new InterruptedError("stop"))]),
      InterruptedError,
    );
    const from: number[] = [];
    const { files } = await download(folder, [
      textFile("a", "0123456789", { onOpen: (fromByte) => from.push(fromByte) }),
    ]);
    assert.deepEqual(from, [5]);
    assert.equal(files[0]?.sha256, createHash("sha256").update("0123456789").digest("hex"));
  }));

Deno.test("downloadArtifacts() begins anew with a file that is another version than what an interruption left", () =>
  withFolder(async (folder) => {
    const broken = { ...breakingFile("a", "01234", new InterruptedError("stop")), version: "1" };
    await assert.rejects(download(folder, [broken]), InterruptedError);
    const from: number[] = [];
    const onOpen = (fromByte: number): void => void from.push(fromByte);
    const { files } = await download(folder, [textFile("a", "abcdefghij", { version: "2", onOpen })]);
    assert.deepEqual(from, [0]);
    assert.equal(files[0]?.sha256, createHash("sha256").update("abcdefghij").digest("hex"));
  }));

Deno.test("downloadArtifacts() leaves nothing of a file that failed for good", () =>
  withFolder(async (folder) => {
    const { files, failures } = await download(folder, [
      breakingFile("gone", "half of it", new AppError("it is gone")),
      textFile("short", "abc", { size: 5 }),
      textFile("good", "x"),
    ]);
    assert.deepEqual(failures, [
      "2 of 3 files failed",
      "gone: it is gone",
      "short: the server's listing says 5 bytes, 3 came",
    ]);
    assert.deepEqual(files.map(({ path }) => path), ["good"]);
    assert.deepEqual(await filesBelow(folder), ["r/good"]);
  }));

const REFUSED_401 = new RefusedError("MLflow answered with status 401", { status: 401 });
// The id of a run may hold anything: status and type decide, never words.
const REFUSED_403 = new RefusedError("MLflow answered GET /get-artifact?run_uuid=4010401 with status 403", {
  status: 403,
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: from the system`), { code });
}

Deno.test("downloadArtifacts() rejects with what ends all, whether it comes at once or on the way", async () => {
  const errors = [
    new UnreachableError("gone"),
    REFUSED_401,
    new InterruptedError("stop"),
    new DOMException("stop", "AbortError"),
    systemError("ENOSPC"),
    systemError("EDQUOT"),
  ];
  for (const error of errors) {
    await withFolder(async (folder) => {
      const atOnce = textFile("a", "x", {
        onOpen: () => {
          throw error;
        },
      });
      // Bytes that break off each time, of a server that answers each time, are the file's own failure.
      const later = error instanceof UnreachableError ? [] : [breakingFile("a", "x", error)];
      for (const file of [atOnce, ...later]) {
        await assert.rejects(download(folder, [textFile("good", "x"), file]), (thrown) => {
          if (!("code" in error) || typeof error.code === "number") return thrown === error;
          assert.ok(thrown instanceof AppError && thrown.exitCode === 1, String(thrown));
          assert.match(thrown.message, /^Cannot write .*: (?:no space is left|the disk quota is used up)/);
          return /Make room/.test(thrown.hint ?? "");
        }, `${error}`);
      }
    });
  }
});

Deno.test("downloadArtifacts() takes bytes that break off at each attempt for the file's failure", () =>
  withFolder(async (folder) => {
    const { failures } = await download(folder, [
      breakingFile("a", "x", new UnreachableError("broke off")),
      textFile("b", ""),
    ]);
    assert.deepEqual(failures, ["1 of 2 files failed", "a: broke off"]);
  }));

Deno.test("downloadArtifacts() takes any other failure for that of the file", async () => {
  for (const error of [REFUSED_403, new AppError("500"), systemError("EACCES"), systemError("EFBIG")]) {
    await withFolder(async (folder) => {
      const refused = textFile("a", "x", {
        onOpen: () => {
          throw error;
        },
      });
      for (const file of [refused, breakingFile("a", "x", error)]) {
        const { failures, files } = await download(folder, [file, textFile("good", "x")]);
        assert.deepEqual(failures, ["1 of 2 files failed", `a: ${error.message}`]);
        assert.deepEqual(files.map(({ path }) => path), ["good"]);
      }
    });
  }
});

Deno.test("downloadArtifacts() ends when the export does, whatever the failure is then", () =>
  withFolder(async (folder) => {
    const controller = new AbortController();
    const file = textFile("a", "x", {
      onOpen: () => {
        controller.abort(new InterruptedError("stop"));
        throw new AppError("whatever");
      },
    });
    await assert.rejects(download(folder, [file], { signal: controller.signal }), InterruptedError);
  }));

Deno.test("downloadArtifacts() makes no folder elsewhere for a run whose id is a path", () =>
  withFolder(async (folder) => {
    for (const id of ["../elsewhere", "a/b", "..", "."]) {
      const { failures } = await download(join(folder, "artifacts"), [textFile("a", "x")], { of: run(id) });
      assert.match(failures.join(), /^refused: .*, the run's id$/);
    }
    assert.deepEqual(await filesBelow(folder), []);
  }));

Deno.test("downloadArtifacts() tells a run that logged a model and lists no file", async () => {
  const tagged = run("r", { tags: new Map([["mlflow.log-model.history", "[]"]]) });
  await withFolder(async (folder) => {
    assert.equal((await download(folder, [], { of: tagged })).lacksModel, true);
    assert.equal((await download(folder, [], { of: run("r", { modelIds: ["m-1"] }) })).lacksModel, true);
    assert.equal((await download(folder, [], { of: run("r") })).lacksModel, false);
    assert.equal((await download(folder, [textFile("a", "x")], { of: tagged })).lacksModel, false);
    assert.equal((await download(folder, [textFile("../a", "x")], { of: tagged })).lacksModel, false);
  });
});
