import assert from "node:assert/strict";
import { AppError, RefusedError, UnreachableError } from "../../lib/errors.ts";
import { errorOfReply } from "../../lib/http/failure/errors.ts";
import { HistoryBroke, runLine } from "../../lib/rows/run.ts";
import type { MetricPoint } from "../../lib/source/mod.ts";
import { dataset, record, run } from "../source/fake_source.ts";
import { lineText } from "./line_text.ts";

async function line(...args: Parameters<typeof record>): Promise<{ text: string; counts: Record<string, number> }> {
  const counts = { points: 0, nonFinite: 0, historyErrors: 0 };
  const text = await lineText(runLine(record(...args), { includeSchemaProfile: true, counts }));
  return { text, counts };
}

Deno.test("runLine() writes the reference's keys in its order, with Python's separators", async () => {
  const { text } = await line(run("a", { tags: new Map([["team", "vision"]]), datasets: [dataset("d")] }));
  assert.equal(
    text,
    '{"experiment_name": "experiment 1", "experiment_id": "1", "run_id": "a", "status": "FINISHED", "lifecycle_stage": "active", ' +
      '"start_time": 1700000000000, "end_time": 1700000001500, "start_time_iso": "2023-11-14T22:13:20Z", ' +
      '"end_time_iso": "2023-11-14T22:13:21.500000Z", "tags": {"team": "vision"}, "params": {}, "metrics_latest": {}, ' +
      '"metrics_history": {}, "datasets": [{"name": "d", "digest": "0123456789abcdef", "context": null, "source_type": "local", ' +
      '"source": "{}", "schema": null, "profile": null}], "dataset_names": ["d"]}',
  );
});

Deno.test("runLine() keeps the server's order of keys that look like integers", async () => {
  const params = new Map([["10", "a"], ["2", "b"], ["__proto__", "c"]]);
  const { text } = await line(run("a", { params }));
  assert.ok(text.includes('"params": {"10": "a", "2": "b", "__proto__": "c"}'), text);
});

Deno.test("runLine() writes floats as Python does, steps exactly, and non-finite values as strings that it counts", async () => {
  const points: MetricPoint[] = [
    { step: 9223372036854775807n, timestamp: 5, value: 3 },
    { step: -5, timestamp: 6, value: NaN },
    { step: 0, timestamp: 7, value: -Infinity },
  ];
  const { text, counts } = await line(run("a", { metrics: new Map([["m", NaN]]) }), { m: points });
  assert.ok(text.includes('"metrics_latest": {"m": "NaN"}'), text);
  assert.ok(
    text.includes(
      '"metrics_history": {"m": [{"step": 9223372036854775807, "ts": 5, "value": 3.0}, {"step": -5, "ts": 6, "value": "NaN"}, ' +
        '{"step": 0, "ts": 7, "value": "-Infinity"}]}',
    ),
    text,
  );
  assert.deepEqual(counts, { points: 3, nonFinite: 3, historyErrors: 0 });
});

Deno.test("runLine() writes a paged history as if it had come at once", async () => {
  const point = (step: number): MetricPoint => ({ step, timestamp: 1, value: step / 2 });
  async function* pages(): AsyncGenerator<MetricPoint[]> {
    yield [];
    yield [point(0), point(1)];
    yield [point(2)];
  }
  async function* none(): AsyncGenerator<MetricPoint[]> {}
  const metrics = new Map([["m", 1], ["n", 2]]);
  const paged = await line(run("a", { metrics }), { m: pages(), n: none() });
  const whole = await line(run("a", { metrics }), { m: [point(0), point(1), point(2)], n: [] });
  assert.equal(paged.text, whole.text);
  assert.equal(paged.counts["points"], 3);
});

Deno.test("runLine() gives a long history in pieces", async () => {
  const page = Array.from({ length: 20_000 }, (_, step): MetricPoint => ({ step, timestamp: 1, value: 0.5 }));
  async function* pages(): AsyncGenerator<MetricPoint[]> {
    for (let i = 0; i < 5; i++) yield page;
  }
  let pieces = 0;
  const counts = { points: 0, nonFinite: 0, historyErrors: 0 };
  for await (const _ of runLine(record(run("a"), { m: pages() }), { includeSchemaProfile: true, counts })) pieces++;
  assert.ok(pieces >= 5, `${pieces} pieces`);
});

Deno.test("runLine() puts the reason where a history could not be read, and counts it", async () => {
  const { text, counts } = await line(run("a"), { m: { error: 'no "right"' } });
  assert.ok(text.includes('"metrics_history": {"m": {"error": "no \\"right\\""}}'), text);
  assert.equal(counts["historyErrors"], 1);
});

function failing(error: unknown): AsyncGenerator<MetricPoint[]> {
  return (async function* pages(): AsyncGenerator<MetricPoint[]> {
    yield [];
    await Promise.reject(error);
  })();
}

Deno.test("runLine() rejects with HistoryBroke when a paged history fails on the way, a 403 of its own too", async () => {
  for (const error of [new AppError("HTTP 500"), new RefusedError("HTTP 403", { status: 403 })]) {
    await assert.rejects(
      line(run("a"), { m: failing(error) }),
      (broke) => broke instanceof HistoryBroke && broke.key === "m" && broke.cause === error,
    );
  }
});

Deno.test("runLine() rejects with what ends everything, as it is", async () => {
  const overloaded = errorOfReply({ service: "MLflow", method: "GET", url: "http://h/", status: 503, body: "" });
  const all = [
    new UnreachableError("gone"),
    new RefusedError("HTTP 401", { status: 401 }),
    overloaded,
    new DOMException("stopped", "AbortError"),
    new TypeError("a fault of our own"),
  ];
  for (const error of all) await assert.rejects(line(run("a"), { m: failing(error) }), (thrown) => thrown === error);
});
