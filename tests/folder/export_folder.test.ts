import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, UsageError } from "../../lib/errors.ts";
import { readAbout, writeAbout } from "../../lib/folder/about.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { folderName, isFolderName, LAYOUT } from "../../lib/folder/layout.ts";

async function withBase(test: (base: string) => Promise<void>): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), "export-folder-"));
  try {
    await test(base);
  } finally {
    await rm(base, { recursive: true });
  }
}

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

async function* broken(): AsyncGenerator<string> {
  yield "x".repeat(1 << 20);
  throw new Error("broke");
}

Deno.test("folderName() is local time with microseconds", () => {
  const ms = new Date(2026, 10, 3, 4, 5, 6, 78).getTime();
  assert.equal(folderName(ms + 0.9), "20261103_0405_078900");
  assert.ok(isFolderName(folderName(ms)));
  assert.equal(isFolderName("20261103_0405_1"), false);
});

Deno.test("ExportFolder.create() makes a folder of its own when the name is taken; latest() finds the later one", () =>
  withBase(async (base) => {
    const first = await ExportFolder.create(base, 1_700_000_000_000);
    const second = await ExportFolder.create(base, 1_700_000_000_000);
    assert.notEqual(first.path, second.path);
    assert.equal(await ExportFolder.latest(base), null, "neither says yet what it is");
    const about = { importer_version: "", import_source: "", import_source_id: "", tracking_url: "", options: {} };
    for (const { path } of [first, second]) {
      await writeAbout(path, about);
      await new Promise((done) => setTimeout(done, 10));
      assert.equal(await ExportFolder.latest(base), path);
    }
    await first.close();
    await second.close();
  }));

Deno.test("ExportFolder.create() says why it cannot, and leaves nothing behind", () =>
  withBase(async (base) => {
    await writeFile(join(base, "file"), "");
    await assert.rejects(ExportFolder.create(join(base, "file", "below")), (error) => error instanceof AppError);
    assert.deepEqual(await readdir(base), ["file"]);
  }));

Deno.test("ExportFolder.open() refuses a folder that another process works on, and takes it when that was killed", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    await folder.close();
    const module = new URL("../../lib/folder/export_folder.ts", import.meta.url).href;
    const holder = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        "--ext=ts",
        `import { ExportFolder } from "${module}";
        const folder = await ExportFolder.open(${JSON.stringify(folder.path)});
        folder.state.keep("held", true);
        console.log("held");
        setInterval(() => folder, 1000);`,
      ],
      cwd: new URL("../..", import.meta.url),
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = holder.stdout.getReader();
    await reader.read();
    await assert.rejects(
      ExportFolder.open(folder.path),
      (error) => error instanceof UsageError && error.message.includes("another process"),
    );
    holder.kill("SIGKILL");
    await reader.cancel();
    await holder.status;
    await (await ExportFolder.open(folder.path)).close();
  }));

Deno.test("ExportFolder goes on from its last commit: what came after is cut off", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    await folder.startWriting("header\n");
    await folder.append(LAYOUT.experiments, "one\n");
    folder.state.addRun({ runId: "a", startTime: 1, cells: [["run_id", "a"]] });
    await folder.commit({ at: 1 });
    await folder.append(LAYOUT.experiments, "two\n".repeat(200_000));
    folder.state.addRun({ runId: "b", startTime: 2, cells: [["run_id", "b"]] });
    await folder.close();
    await appendFile(join(folder.path, LAYOUT.runs), "half a li");

    const again = await ExportFolder.open(folder.path);
    assert.deepEqual(again.state.checkpoint()?.progress, { at: 1 });
    await again.startWriting("header\n");
    await again.append(LAYOUT.experiments, "three\n");
    await again.commit({ at: 2 });
    assert.deepEqual([...again.state.runsInOrder()], [[["run_id", "a"]]]);
    await again.close();
    assert.equal(await readFile(again.file("experiments"), "utf8"), "one\nthree\n");
    assert.equal(await readFile(again.file("runs"), "utf8"), "");
    assert.equal(await readFile(again.file("runsBasicCsv"), "utf8"), "header\n");
  }));

Deno.test("ExportFolder.startWriting() refuses a file that is shorter than its checkpoint", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    await folder.startWriting("header\n");
    await folder.commit({});
    await folder.close();
    await writeFile(folder.file("runsBasicCsv"), "he");
    const again = await ExportFolder.open(folder.path);
    await assert.rejects(again.startWriting("header\n"), /has 2 bytes where its checkpoint says 7/);
    await again.close();
  }));

Deno.test("ExportFolder.appendLine() takes back a line that fails on the way", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    await folder.startWriting("");
    await folder.appendLine(LAYOUT.runs, pieces("a", "b"));
    await assert.rejects(folder.appendLine(LAYOUT.runs, broken()), /broke/);
    await folder.appendLine(LAYOUT.runs, pieces("é"));
    await folder.commit({});
    await folder.close();
    assert.equal(await readFile(folder.file("runs"), "utf8"), "ab\né\n");
  }));

Deno.test("ExportFolder.cutBack() takes back what was written since a mark, committed or not", () =>
  withBase(async (base) => {
    for (const isCommitted of [false, true]) {
      const folder = await ExportFolder.create(base);
      await folder.startWriting("header\n");
      const write = async (name: string): Promise<void> => {
        await folder.append(LAYOUT.experiments, `${name}\n`);
        folder.state.addRun({ runId: name, startTime: 1, cells: [["run_id", name]] });
        folder.state.addManifestRow({ entry: `"${name}"`, files: `files of ${name}` });
      };
      await write("one");
      const mark = folder.mark();
      await write("two");
      if (isCommitted) await folder.commit({ at: 2 });
      await write("three");
      await folder.cutBack(JSON.parse(JSON.stringify(mark)), { at: 1 });
      assert.equal(await readFile(folder.file("experiments"), "utf8"), "one\n");
      await write("four");
      await folder.close();

      const again = await ExportFolder.open(folder.path);
      assert.deepEqual(again.state.checkpoint()?.progress, { at: 1 });
      await again.startWriting("header\n");
      await again.append(LAYOUT.experiments, "five\n");
      await again.commit({});
      assert.deepEqual([...again.state.runsInOrder()], [[["run_id", "one"]]]);
      assert.deepEqual([...again.state.manifestRows()].map(({ entry, files }) => [entry, files]), [[
        `"one"`,
        "files of one",
      ]]);
      await again.close();
      assert.equal(await readFile(again.file("experiments"), "utf8"), "one\nfive\n");
      assert.equal(await readFile(again.file("runsBasicCsv"), "utf8"), "header\n");
    }
  }));

Deno.test("FolderState.runsInOrder() sorts by time, newest first, then by id", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    const runs: [string, number | bigint][] = [["b", 5], ["a", 5], ["c", 9007199254740993n], ["d", -1]];
    for (const [runId, startTime] of runs) folder.state.addRun({ runId, startTime, cells: [["run_id", runId]] });
    assert.deepEqual([...folder.state.runsInOrder()].map((cells) => cells[0]?.[1]), ["c", "a", "b", "d"]);
    await folder.close();
  }));

Deno.test("readAbout() reads what writeAbout() wrote, null where there is nothing, and refuses the rest", () =>
  withBase(async (base) => {
    assert.equal(await readAbout(base), null);
    const about = {
      importer_version: "1",
      import_source: "mlflow",
      import_source_id: "0123456789",
      tracking_url: "http://host",
      options: { export_models: true },
    };
    await writeAbout(base, about);
    assert.deepEqual(await readAbout(base), about);
    await writeFile(join(base, LAYOUT.about), "{}");
    await assert.rejects(readAbout(base), UsageError);
  }));
