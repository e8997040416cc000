import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  exportMlflow,
  type ExportMlflowOptions,
  importToKiroframe,
  InterruptedError,
  mergeFolders,
  type ProgressEvent,
  UsageError,
  writeReport,
} from "../mod.ts";
import { generateWorld } from "../sandbox/world/generator.ts";
import { Lab, runProgram } from "./cli/run_program.ts";

/** The files that two exports of one server have in common, byte for byte. */
const FILES = [
  "experiment_summary.json",
  "experiments_runs_datasets.json",
  "models.json",
  "runs.csv",
  "runs.json",
  "runs_basic.csv",
];

async function assertSame(folder: string, other: string): Promise<void> {
  for (const name of FILES) {
    assert.equal(await readFile(join(folder, name), "utf8"), await readFile(join(other, name), "utf8"), name);
  }
}

/** Enough runs that an export can be stopped amid them. */
function openLab(): Promise<Lab> {
  return Lab.open({
    mlflow: { world: generateWorld({ experiments: 4, runs: 120, metrics: 3, points: 4, models: 2 }), latencyMs: 5 },
  });
}

/** Exports until so many runs are written, and returns the folder that is left. */
async function interrupted(lab: Lab, options: Partial<ExportMlflowOptions> = {}): Promise<string> {
  const stop = new AbortController();
  const onProgress = ({ work, done }: ProgressEvent): void => {
    if (work === "Exporting runs" && done === 40) stop.abort(new InterruptedError("enough"));
  };
  const to = { trackingUrl: lab.mlflow.url, baseDir: lab.base, signal: stop.signal, onProgress };
  await assert.rejects(exportMlflow({ ...to, ...options }), /enough/);
  const folder = (await lab.folders()).at(-1) ?? "";
  assert.ok(!(await readdir(folder)).includes("summary.json"));
  return folder;
}

Deno.test("exportMlflow() and importToKiroframe() do the job and tell how far they are", async () => {
  await using lab = await Lab.open();
  const events: ProgressEvent[] = [];
  const onProgress = (event: ProgressEvent): number => events.push(event);
  const { folderPath: folder, summary } = await exportMlflow({
    trackingUrl: lab.mlflow.url,
    baseDir: lab.base,
    onProgress,
  });
  assert.equal(summary.runs, 4);
  const { result: sent } = await importToKiroframe({
    folder,
    kiroframeUrl: lab.kiroframe.url,
    profilingToken: lab.kiroframe.token,
    onProgress,
  });
  assert.equal(sent.runs.sent, 4);
  assert.deepEqual(lab.kiroframe.violations, []);
  assert.equal(events.findLast(({ work }) => work === "Exporting runs")?.done, 4);
  assert.deepEqual(events.findLast(({ work }) => work === "Importing runs"), {
    work: "Importing runs",
    done: 4,
    total: 4,
  });
});

Deno.test("exportMlflow() ends when its signal is aborted", async () => {
  await using lab = await Lab.open({ mlflow: { latencyMs: 50 } });
  const stop = new AbortController();
  const exported = exportMlflow({
    trackingUrl: lab.mlflow.url,
    baseDir: lab.base,
    signal: stop.signal,
    onProgress: () => stop.abort(new InterruptedError("enough")),
  });
  await assert.rejects(exported, /enough/);
});

Deno.test("importToKiroframe() refuses a folder that is no export", async () => {
  await using lab = await Lab.open();
  const options = { folder: lab.base, kiroframeUrl: lab.kiroframe.url, profilingToken: "t" };
  await assert.rejects(importToKiroframe(options), UsageError);
});

Deno.test("a folder that the library began is finished by the command", async () => {
  await using lab = await openLab();
  const { folderPath: whole } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base });
  for (const resume of ["auto", "latest", ""]) {
    const folder = await interrupted(lab);
    const flags = ["export", ...lab.exportFlags, "--resume", resume || folder];
    const { code, stdout, stderr } = await runProgram(flags);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(`Resuming in working directory: ${folder}`), stdout);
    await assertSame(folder, whole);
    assert.equal((await runProgram(["import", folder, ...lab.importFlags])).code, 0);
  }
});

Deno.test("a folder that the command began is finished by the library", async () => {
  await using lab = await openLab();
  const { folderPath: whole } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base });
  for (const resume of ["auto", "latest", ""]) {
    // Its last page of runs is refused: what came before is written.
    lab.mlflow.setFaults([{
      match: ({ path, number }) => number > 12 && path.includes("get-history"),
      action: { kind: "status", status: 401 },
    }]);
    assert.equal((await runProgram(["export", ...lab.exportFlags])).code, 4);
    lab.mlflow.setFaults([]);
    const folder = (await lab.folders()).at(-1) ?? "";
    const outcome = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base, resume: resume || folder });
    assert.equal(outcome.folderPath, folder);
    assert.deepEqual(outcome.failures, []);
    await assertSame(folder, whole);
  }
});

Deno.test("exportMlflow() refuses options that are not those of the folder it is to go on with", async () => {
  await using lab = await openLab();
  const rules = { redact: ["secret"], excludeTags: ["a*"] };
  const resume = await interrupted(lab, rules);
  const to = { trackingUrl: lab.mlflow.url, baseDir: lab.base, resume };
  const refused: readonly (readonly [Partial<ExportMlflowOptions>, RegExp])[] = [
    [{}, /--redact, --exclude-tag or --exclude-param differ/],
    [{ ...rules, excludeParams: ["b"] }, /--redact, --exclude-tag or --exclude-param differ/],
    [{ ...rules, downloadArtifacts: true }, /begun with --no-download-artifacts; given now: --download-artifacts/],
    [{ ...rules, shard: { index: 1, count: 2 } }, /begun with no --shard; given now: --shard 1\/2/],
    [{ ...rules, since: new Date(0) }, /begun with no --since; given now: --since 1970-01-01T00:00:00.000Z/],
  ];
  for (const [options, words] of refused) {
    await assert.rejects(
      exportMlflow({ ...to, ...options }),
      (error) => error instanceof UsageError && words.test(error.message),
    );
  }
  const { failures } = await exportMlflow({ ...to, ...rules, downloadArtifacts: false });
  assert.deepEqual(failures, []);
});

Deno.test("shards that the library wrote, one of them interrupted, are merged to what one export writes", async () => {
  await using lab = await openLab();
  const to = { trackingUrl: lab.mlflow.url, baseDir: lab.base };
  const { folderPath: whole } = await exportMlflow(to);
  const resume = await interrupted(lab, { shard: { index: 1, count: 2 } });
  const folders = [
    (await exportMlflow({ ...to, resume })).folderPath,
    (await exportMlflow({ ...to, shard: { index: 2, count: 2 } })).folderPath,
  ];
  assert.equal(folders[0], resume);
  const { folderPath: merged } = await mergeFolders({ folders, baseDir: lab.base });
  await assertSame(merged, whole);
  await assert.rejects(mergeFolders({ folders: [resume], baseDir: lab.base }), UsageError);
});

Deno.test("what the library is told to take out is in no file and no payload", async () => {
  await using lab = await Lab.open();
  const rules = { redact: ["vision"], excludeTags: ["mlflow.user"], excludeParams: ["al*"] };
  const { folderPath: folder } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base, ...rules });
  await importToKiroframe({ folder, kiroframeUrl: lab.kiroframe.url, profilingToken: lab.kiroframe.token });
  const texts = [...lab.kiroframe.requests.map(({ text }) => text ?? "")];
  for (const name of [...FILES, "export.json"]) texts.push(await readFile(join(folder, name), "utf8"));
  assert.match(texts.join("\n"), /\[redacted\]/);
  assert.doesNotMatch(texts.join("\n"), /vision|[^\\]"mlflow\.user"|tags\.mlflow\.user|"alpha"|params\.alpha/);
});

Deno.test("importToKiroframe() with onlyChanged sends what no earlier folder sent", async () => {
  await using lab = await Lab.open();
  const sent: number[] = [];
  for (let time = 0; time < 2; time++) {
    const { folderPath: folder } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base });
    const to = { kiroframeUrl: lab.kiroframe.url, profilingToken: lab.kiroframe.token, onlyChanged: true };
    sent.push((await importToKiroframe({ folder, ...to })).result.runs.sent);
  }
  assert.deepEqual(sent, [4, 0]);
});

Deno.test("importToKiroframe() ends when its signal is aborted, and the next one sends the rest", async () => {
  await using lab = await openLab();
  const { folderPath: folder } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base });
  const stop = new AbortController();
  const to = { folder, kiroframeUrl: lab.kiroframe.url, profilingToken: lab.kiroframe.token };
  const onProgress = ({ work, done }: ProgressEvent): void => {
    if (work === "Importing runs" && done === 30) stop.abort(new InterruptedError("enough"));
  };
  await assert.rejects(importToKiroframe({ ...to, signal: stop.signal, onProgress }), InterruptedError);
  const before = lab.kiroframe.runs.size;
  assert.ok(before >= 30 && before < 120, `${before} runs`);
  const { result } = await importToKiroframe(to);
  // A row whose acknowledgement was on its way is sent twice.
  assert.ok(result.runs.skipped >= 30 && result.runs.sent >= 120 - before);
  assert.equal(lab.kiroframe.runs.size, 120);
  assert.deepEqual(lab.kiroframe.violations, []);
});

Deno.test("writeReport() writes the page of a folder, and refuses what is no export", async () => {
  await using lab = await Lab.open();
  const { folderPath: folder } = await exportMlflow({ trackingUrl: lab.mlflow.url, baseDir: lab.base });
  assert.ok(!(await readdir(folder)).includes("report.html"));
  assert.equal(await writeReport({ folder }), join(folder, "report.html"));
  assert.match(await readFile(join(folder, "report.html"), "utf8"), /^<!DOCTYPE html>/i);
  await assert.rejects(writeReport({ folder: lab.base }), UsageError);
});
