/**
 * Traces of MLflow 2: a server of a release, filled by MLflow's own client, and traces.jsonl held against what that client says of them.
 */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readExport } from "../parts/folders.ts";
import type { Json } from "../parts/json.ts";
import { type Outcome, runOurs } from "../parts/programs.ts";
import { startRealMlflow } from "../parts/servers.ts";
import { venvPython } from "../parts/venvs.ts";

/** Tests one release. */
export function testTracesOf(version: "2.14.3" | "2.22.5"): void {
  Deno.test(`the traces of MLflow ${version} are counted, and exported as its own client tells them`, async () => {
    await using server = await startRealMlflow(version, { workers: 1 });
    await using stack = new AsyncDisposableStack();
    const baseDir = await Deno.makeTempDir({ prefix: "exports-" });
    stack.defer(() => Deno.remove(baseDir, { recursive: true }));
    const output = await new Deno.Command(await venvPython(`mlflow-${version}`), {
      args: [fileURLToPath(new URL("../python/traces_2x.py", import.meta.url)), server.url],
      // The client asks again and again for the data of a trace that is going on.
      env: { PYTHONWARNINGS: "ignore", MLFLOW_HTTP_REQUEST_MAX_RETRIES: "1" },
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.ok(output.success, new TextDecoder().decode(output.stderr));
    const told = JSON.parse(new TextDecoder().decode(output.stdout));

    const exported = (name: string, more: readonly string[] = []): Promise<Outcome> => {
      const args = ["--no-import-to-kiroframe", ...more];
      return runOurs({ trackingUrl: server.url, baseDir: join(baseDir, name), args });
    };
    const counted = await exported("counted");
    assert.equal(counted.exitCode, 0, counted.said);
    assert.match(counted.said, /Not exported: 10 traces \(--export-traces exports them\)\n/);

    const args = ["--export-traces", "--trace-spans"];
    const ours = await exported("traces", args);
    assert.equal(ours.exitCode, 0, ours.said);
    const rows = (await readExport(ours.folder, "traces.jsonl")).trimEnd().split("\n").map((line) => JSON.parse(line));
    const going = rows.filter(({ state }) => state === "IN_PROGRESS");
    assert.deepEqual(going.map(({ spans, execution_duration_ms: ms }) => [spans, ms]), [[[], null]]);
    const newestFirst = Object.keys(told).toSorted((a, b) => Number(b) - Number(a)).flatMap((id) => told[id]);
    assert.equal(newestFirst.length, 9);
    assert.deepEqual(rows.filter((row) => !going.includes(row)).map(asClientTells), newestFirst);
    const { extras } = JSON.parse(await readExport(ours.folder, "summary.json"));
    assert.deepEqual(extras.traces, { found: 10, exported: 10 });

    // A trace whose file is lost is a failure, and says so.
    const [lost] = told["1"];
    await rm(join(server.folder, "artifacts", "1", "traces", lost.trace_id), { recursive: true });
    const failed = await exported("lost", args);
    assert.equal(failed.exitCode, 3, failed.said);
    assert.match(failed.said, new RegExp(`Spans of trace ${lost.trace_id}: NOT_FOUND: Trace data not found`));
  });
}

/** Spans as the client makes them of what it is sent. */
function asClientTells({ experiment_name: _name, request_time_iso: _iso, ...row }: Json): unknown {
  return {
    ...row,
    spans: row.spans.map(({ name, attributes }: Json) => [
      name,
      JSON.parse(attributes["mlflow.spanInputs"] ?? "null"),
      JSON.parse(attributes["mlflow.spanOutputs"] ?? "null"),
    ]),
  };
}
