import assert from "node:assert/strict";
import { exportMlflow, importToKiroframe, InterruptedError, type ProgressEvent, UsageError } from "../mod.ts";
import { Lab } from "./cli/run_program.ts";

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
