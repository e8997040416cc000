import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../../../lib/errors.ts";
import type { ExperimentFailure } from "../../../../lib/source/mod.ts";
import { age, allRuns, experimentMeta, idsOf, makeFolder, readerOf, runMeta, STORE } from "./folder.ts";

Deno.test("FileReader loses a damaged metric alone, with the reason in its place", async () => {
  using folder = makeFolder({
    ...STORE,
    "1/abc/metrics/cut": "123456",
    "1/abc/metrics/empty": "",
    "1/abc/metrics/odd": "1 0.5 0\nrubbish\n",
    "1/abc/metrics/half": "1 0.5 0\n2 0.2",
    "1/def/meta.yaml": runMeta("def"),
  });
  const { reader, warnings } = readerOf(folder);
  const runs = await allRuns(reader);
  assert.deepEqual(runs.map(({ run }) => run.id), ["abc", "def"]);
  const [{ run, histories } = assert.fail("no run")] = runs;
  assert.deepEqual([...run.metrics.keys()].sort(), ["deep/er/key", "half", "loss"]);
  assert.deepEqual(["cut", "empty", "odd"].map((key) => histories.get(key)), [
    `Cannot read the metric's file: line 1 holds "123456" where a timestamp, a value and a step are expected`,
    "Cannot read the metric's file: it is empty",
    `Cannot read the metric's file: line 2 holds "rubbish" where a timestamp, a value and a step are expected`,
  ]);
  assert.deepEqual(warnings, [
    "ROOT/1/abc/metrics/half ends in the middle of a line: the last value of this metric may be cut short",
  ]);
});

Deno.test("FileReader skips what MLflow skips, names it once, and counts it at the end", async () => {
  using folder = makeFolder({
    ...STORE,
    ".DS_Store": "x",
    "notes/readme.txt": "x",
    "empty/meta.yaml": "",
    "broken/meta.yaml": "a: b: c\n",
    "other/meta.yaml": experimentMeta("2"),
    "nameless/meta.yaml": experimentMeta("nameless", { name: null }),
    "1/notes.txt": "x",
    "1/no meta/params/a": "x",
    "1/empty/meta.yaml": "\n",
    "1/copy of abc/meta.yaml": runMeta("abc"),
    "1/def/meta.yaml": runMeta("def", { experiment_id: "'2'" }),
    "1/ghi/meta.yaml": runMeta("ghi", { status: 9 }),
    "1/jkl/meta.yaml": runMeta("jkl", { run_id: null, run_uuid: null }),
    "1/traces/tr-1/trace_info.yaml": "x",
    "1/models/m-1/meta.yaml": "x",
    "1/datasets/d/meta.yaml": "x",
  });
  const { reader, warnings } = readerOf(folder);
  // Nobody is writing these.
  age(folder.root);
  assert.deepEqual((await allRuns(reader)).map(({ run }) => run.id), ["abc"]);
  assert.deepEqual((await allRuns(reader)).map(({ run }) => run.id), ["abc"]);
  assert.deepEqual(
    warnings.toSorted(),
    [
      "Skipped 13 files and folders of the store in all",
      "Skipped ROOT/.DS_Store: it is not an experiment's folder",
      "Skipped ROOT/1/copy of abc: it says that it is run abc",
      "Skipped ROOT/1/def: it says that it belongs to experiment 2",
      "Skipped ROOT/1/empty: it has an empty meta.yaml",
      "Skipped ROOT/1/ghi: it has the unknown status 9",
      "Skipped ROOT/1/jkl: it names no run",
      "Skipped ROOT/1/no meta: it has no meta.yaml",
      "Skipped ROOT/1/notes.txt: it is not a run's folder",
      warnings.toSorted()[9],
      "Skipped ROOT/empty: it has an empty meta.yaml",
      "Skipped ROOT/nameless: it has no name",
      "Skipped ROOT/notes: it has no meta.yaml",
      "Skipped ROOT/other: it says that it is experiment 2",
    ].toSorted(),
  );
  assert.match(warnings.toSorted()[9] ?? "", /^Skipped ROOT\/broken: it has a meta.yaml that cannot be read: /);
});

Deno.test("FileReader follows links to runs and files, and neither round in circles nor to what is no file", async () => {
  using elsewhere = makeFolder({ "meta.yaml": runMeta("abc"), "m": "1 0.5 0\n" });
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    "1/def/meta.yaml": runMeta("def"),
    "1/def/metrics/a": "1 1.0 0\n",
  });
  symlinkSync(elsewhere.root, join(folder.root, "1/abc"));
  symlinkSync(join(elsewhere.root, "m"), join(folder.root, "1/def/metrics/linked"));
  symlinkSync(join(folder.root, "1/def/metrics"), join(folder.root, "1/def/metrics/circle"));
  symlinkSync("/nowhere/at/all", join(folder.root, "1/def/metrics/broken"));
  symlinkSync(join(folder.root, "1/def/metrics/self"), join(folder.root, "1/def/metrics/self"));
  const runs = await allRuns(readerOf(folder).reader);
  assert.deepEqual(runs.map(({ run }) => [run.id, [...run.metrics.keys()].sort()]), [["abc", []], ["def", [
    "a",
    "linked",
  ]]]);
});

Deno.test("FileReader tells of an experiment that cannot be read, and goes on with the others", async () => {
  using folder = makeFolder({
    ...STORE,
    "2/meta.yaml": experimentMeta("2"),
    "2/def/meta.yaml/odd": "a folder in the file's place",
  });
  const { reader } = readerOf(folder);
  const failures: string[] = [];
  const onFailure = ({ experiment, error }: ExperimentFailure): void =>
    void failures.push(`${experiment.id}: ${error}`);
  assert.deepEqual(await idsOf(folder, { onFailure }), ["abc"]);
  assert.match(failures.join(), /^2: Cannot read the runs of experiment 2: .*EISDIR/);
  await assert.rejects(allRuns(reader), AppError);
});

Deno.test("FileReader asks of no run with a damaged metric whether it is known: its listing does not tell", async () => {
  using folder = makeFolder({ ...STORE, "1/abc/metrics/torn": "no numbers\n" });
  const [{ histories } = assert.fail("no run")] = await allRuns(readerOf(folder).reader, {
    needsHistories: () => assert.fail("was asked"),
  });
  assert.deepEqual([...histories.keys()], ["loss", "deep/er/key", "torn"]);
});

Deno.test("FileReader reads a run again that changes while it is read", async () => {
  using folder = makeFolder({
    ...STORE,
    "1/abc/meta.yaml": runMeta("abc", { status: 1, end_time: "null" }),
  });
  const { reader } = readerOf(folder);
  // The meta.yaml is emptied, as MLflow does before it writes, and filled again a moment later.
  folder.write({ "1/abc/meta.yaml": "" });
  const later = new Promise<void>((resolve) =>
    setTimeout(() => {
      folder.write({ "1/abc/meta.yaml": runMeta("abc"), "1/abc/metrics/loss": "1 0.5 0\n2 0.25 1\n3 0.125 2\n" });
      resolve();
    }, 60)
  );
  const [{ run } = assert.fail("the run is lost")] = await allRuns(reader);
  await later;
  assert.deepEqual([run.status, run.metrics.get("loss")], ["FINISHED", 0.125]);
});

Deno.test("FileReader goes on where a run or an experiment goes away while it is read", async () => {
  using folder = makeFolder({ ...STORE, "1/def/meta.yaml": runMeta("def"), "2/meta.yaml": experimentMeta("2") });
  const { reader } = readerOf(folder);
  const experiments = await Array.fromAsync(reader.experiments());
  const ids: string[] = [];
  for await (const { run } of reader.runs(experiments)) {
    ids.push(run.id);
    rmSync(join(folder.root, "1/def"), { recursive: true, force: true });
    rmSync(join(folder.root, "2"), { recursive: true, force: true });
  }
  assert.deepEqual(ids, ["abc"]);
  // A deleted experiment goes to the trash with its runs.
  mkdirSync(join(folder.root, ".trash"));
  renameSync(join(folder.root, "1"), join(folder.root, ".trash/1"));
  assert.deepEqual((await Array.fromAsync(reader.runs(experiments))).map(({ run }) => run.id), ["abc"]);
});

Deno.test("FileReader says whose folder it is that the system does not let it read", async () => {
  using folder = makeFolder(STORE);
  // Root may read all: a file that is none is refused to everybody.
  mkdirSync(join(folder.root, "2/meta.yaml"), { recursive: true });
  const error = await Array.fromAsync(readerOf(folder).reader.experiments()).then(
    () => assert.fail(),
    (error) => error,
  );
  assert.ok(error instanceof AppError, error);
  assert.match(error.message, /^Cannot read the experiment's folder .*\/2: EISDIR/);
});
