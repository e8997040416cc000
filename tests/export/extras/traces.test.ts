import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, UnreachableError } from "../../../lib/errors.ts";
import { mergeExports } from "../../../lib/export/merge.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { Trace } from "../../../lib/source/mod.ts";
import { experiment, type FakeWorld, run, trace } from "../../source/fake_source.ts";
import { exportAnew, resume, withBase } from "../exports.ts";

const IDS = ["3", "2", "1"];

/** Three experiments with two traces each; asking for those of one may fail after the first. */
function world(failing: { readonly id: string; readonly error: Error } | null = null, asked: string[] = []): FakeWorld {
  return {
    experiments: IDS.map((id) => experiment(id)),
    runs: [run("a")],
    extras: {
      async *traces({ id }): AsyncGenerator<Trace> {
        asked.push(id);
        yield await Promise.resolve(trace(`${id}-2`, { experimentId: id }));
        if (failing?.id === id) throw failing.error;
        yield trace(`${id}-1`, { experimentId: id });
      },
      countTraces: () => Promise.resolve(6),
      webhooks: () => Promise.resolve(null),
    },
  };
}

const ALL = ["3-2", "3-1", "2-2", "2-1", "1-2", "1-1"];
const TRACES = { exportTraces: true };

async function idsOf(path: string): Promise<string[]> {
  const text = await readFile(join(path, "traces.jsonl"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).trace_id);
}

async function extrasOf(path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(path, "summary.json"), "utf8")).extras;
}

async function onlyFolder(base: string): Promise<string> {
  const names = await Array.fromAsync(Deno.readDir(base), ({ name }) => name);
  return join(base, names[0] ?? "");
}

Deno.test("exportSource() counts traces, says what is not exported, and writes them when asked, also later", () =>
  withBase(async (base) => {
    const warnings: string[] = [];
    const ignore = (): void => {};
    const logger: Logger = { debug: ignore, info: ignore, warn: (text) => void warnings.push(text), error: ignore };
    const path = await exportAnew(base, world(), { logger });
    const webhooks = { found: null, exported: 0 };
    assert.deepEqual(await extrasOf(path), { traces: { found: 6, exported: 0 }, webhooks });
    assert.deepEqual(warnings, ["Not exported: 6 traces (--export-traces exports them), webhooks, if there are any"]);
    assert.deepEqual(await idsOf(path), []);
    await resume(path, world(), TRACES);
    assert.deepEqual(await idsOf(path), ALL);
    assert.deepEqual(await extrasOf(path), { traces: { found: 6, exported: 6 }, webhooks });
    assert.deepEqual((await verifyFolder(path)).problems, []);
    assert.deepEqual(await idsOf(await exportAnew(base, world(), TRACES)), ALL);
  }));

Deno.test("exportSource() records an experiment whose traces cannot be listed, and --resume brings them at the end", () =>
  withBase(async (base) => {
    const failing = { id: "2", error: new AppError("crashed") };
    const path = await exportAnew(base, world(failing), TRACES);
    assert.deepEqual(await idsOf(path), ["3-2", "3-1", "1-2", "1-1"]);
    const { traces } = await extrasOf(path) as { traces: unknown };
    assert.deepEqual(traces, { found: null, exported: 4, error: "experiment 2: crashed" });
    const asked: string[] = [];
    await resume(path, world(null, asked), TRACES);
    assert.deepEqual(asked, ["2"]);
    assert.deepEqual((await idsOf(path)).toSorted(), ALL.toSorted());
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() counts spans that cannot be read as a failure, says of which trace, and --resume brings them", () =>
  withBase(async (base) => {
    let isWell = false;
    const spanWorld: FakeWorld = {
      ...world(),
      extras: {
        async *traces({ id }, { withSpans }): AsyncGenerator<Trace> {
          const isLost = !isWell && id === "2";
          const spans = isLost ? { error: "secret words" } : [{ name: "s" }];
          yield await Promise.resolve(trace(`${id}-2`, { experimentId: id, spans: withSpans ? spans : undefined }));
          yield trace(`${id}-1`, { experimentId: id, spans: withSpans ? [{ name: "s" }] : undefined });
        },
      },
    };
    const warnings: string[] = [];
    const ignore = (): void => {};
    const logger: Logger = { debug: ignore, info: ignore, warn: (text) => void warnings.push(text), error: ignore };
    const options = {
      ...TRACES,
      traceSpans: true,
      redact: (text: string): string => text.replaceAll("secret", "***"),
      logger,
    };
    const path = await exportAnew(base, spanWorld, options);
    const summary = await extrasOf(path);
    const error = "the spans of 1 of 6 could not be read";
    assert.deepEqual(summary, { traces: { found: 6, exported: 6, error } });
    assert.deepEqual(warnings, ["Spans of trace 2-2: *** words"]);
    assert.match(await readFile(join(path, "traces.jsonl"), "utf8"), /"spans_error": "\*\*\* words"/);
    assert.deepEqual(await idsOf(path), ALL);
    isWell = true;
    await resume(path, spanWorld, options);
    assert.deepEqual(await extrasOf(path), { traces: { found: 6, exported: 6 } });
    assert.deepEqual(await idsOf(path), ALL);
    assert.doesNotMatch(await readFile(join(path, "traces.jsonl"), "utf8"), /spans_error/);
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() goes on with the first experiment whose traces are missing when the server had gone away", () =>
  withBase(async (base) => {
    const failing = { id: "2", error: new UnreachableError("gone") };
    await assert.rejects(exportAnew(base, world(failing), TRACES), failing.error);
    const path = await onlyFolder(base);
    const asked: string[] = [];
    await resume(path, world(null, asked), TRACES);
    assert.deepEqual(asked, ["2", "1"]);
    assert.deepEqual(await idsOf(path), ALL);
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("mergeExports() gives the traces of all shards in the order of one export", () =>
  withBase(async (base) => {
    const whole = await exportAnew(base, world(), TRACES);
    const parts = [];
    for (const index of [1, 2]) parts.push(await exportAnew(base, world(), { ...TRACES, shard: { index, count: 2 } }));
    const shards = await Promise.all(parts.map((path) => ExportFolder.open(path)));
    const target = await ExportFolder.create(base);
    await mergeExports(shards, target);
    for (const folder of [...shards, target]) await folder.close();
    assert.deepEqual(await idsOf(target.path), ALL);
    assert.deepEqual(await extrasOf(target.path), await extrasOf(whole));
    assert.deepEqual((await verifyFolder(target.path)).problems, []);
  }));
