import assert from "node:assert/strict";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { RefusedError, UsageError } from "../../lib/errors.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import { silentProgress } from "../../lib/logger.ts";
import { arrivals, experimentLine, pointList, runLine, TestFolder } from "./folders.ts";

function lineOf(text: string | null | undefined): string {
  return text?.slice(text.indexOf('"line": ') + 8, -1) ?? "";
}

Deno.test("importToKiroframe() sends the bodies that the reference sends, but for what JSON cannot hold", async () => {
  await using sandbox = await startKiroframeSandbox();
  const fixture = readFileSync(new URL("../fixtures/kiroframe/reference_3_17_2.jsonl", import.meta.url), "utf8");
  const bodies = fixture.trim().split("\n");
  const lines = bodies.map((body) => lineOf(body));
  await using folder = await TestFolder.write({
    experiments: lines.slice(0, 4),
    runs: lines.slice(4, 8).reverse(),
    models: lines[8]!,
  });
  const result = await folder.importTo(sandbox, { concurrency: 1 });
  assert.equal(result.nonFiniteValues, 2);
  assert.deepEqual(sandbox.violations, []);
  const expected = bodies.map((body) =>
    body.replace('"metrics_latest": {"nan": NaN, ', '"metrics_latest": {')
      .replace(/"nan": \[[^\]]*NaN[^\]]*\]/, '"nan": []')
  );
  assert.deepEqual(sandbox.requests.map(({ text }) => text), expected);
  assert.deepEqual(
    new Set(sandbox.requests.map(({ headers }) => headers["content-type"])),
    new Set(["application/json"]),
  );
});

Deno.test("importToKiroframe() keeps the order of integer-like keys, large integers and digits on the wire", async () => {
  await using sandbox = await startKiroframeSandbox();
  const row = runLine("1", "r", {
    params: '{"10": "a", "9": "b", "name": "c", "1": "d"}',
    latest: '{"10": 1e-07, "9": 3.0, "2": 0.10}',
    histories: '{"10": [{"step": 9223372036854775807, "ts": 1700000000000, "value": 5e-324}]}',
  });
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [row] });
  await folder.importTo(sandbox);
  assert.equal(lineOf(sandbox.requests[1]?.text), row);
});

Deno.test("importToKiroframe() sends names of every script, and what escapes spell, as they are in the file", async () => {
  await using sandbox = await startKiroframeSandbox();
  const row = runLine("1", "r", { tags: '{"☃ ключ": "日本 \\ud83d\\ude00 😀 \\n \\"quoted\\"", "lone": "\\ud800"}' });
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [row] });
  await folder.importTo(sandbox);
  assert.equal(lineOf(sandbox.requests[1]?.text), row);
});

for (const nonFinite of ["omit", "string", "null"] as const) {
  Deno.test(`importToKiroframe() with non-finite ${nonFinite} sends NaN and infinities so, and counts them`, async () => {
    await using sandbox = await startKiroframeSandbox({ acceptNonFinite: true });
    const row = runLine("1", "r", {
      params: '{"value": "NaN"}',
      latest: '{"a": "NaN", "b": 1.0}',
      histories: '{"a": [{"step": 0, "ts": 1, "value": "-Infinity"}, {"step": 1, "ts": 1, "value": 2.0}]}',
    });
    await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [row] });
    const result = await folder.importTo(sandbox, { nonFinite });
    const sent = {
      omit: row.replace('"a": "NaN", ', "").replace('{"step": 0, "ts": 1, "value": "-Infinity"}, ', ""),
      string: row,
      null: row.replace('"a": "NaN"', '"a": null').replace('"-Infinity"', "null"),
    };
    assert.equal(lineOf(sandbox.requests[1]?.text), sent[nonFinite]);
    assert.equal(result.nonFiniteValues, 2);
  });
}

Deno.test("importToKiroframe() thins histories on the wire and counts the points", async () => {
  await using sandbox = await startKiroframeSandbox();
  const row = runLine("1", "r", { histories: `{"loss": ${pointList(100)}}` });
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [row] });
  const result = await folder.importTo(sandbox, { maxHistoryPoints: 5 });
  const sent = JSON.parse(lineOf(sandbox.requests[1]?.text)) as { metrics_history: { loss: { step: number }[] } };
  assert.deepEqual(sent.metrics_history.loss.map(({ step }) => step), [0, 24, 49, 74, 99]);
  assert.equal(result.thinnedPoints, 95);
});

Deno.test("importToKiroframe() streams large rows with the same text, filter and hash as small ones", async () => {
  await using sandbox = await startKiroframeSandbox();
  const points = pointList(300_000).replaceAll('"value": 7.5', '"value": "NaN"');
  const runs = [runLine("1", "large", { startTime: 2, histories: `{"loss": ${points}}` }), runLine("1", "small")];
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs });
  const streamed = await folder.importTo(sandbox, { streamAboveBytes: 1000 });
  assert.equal(streamed.runs.sent, 2);
  const request = sandbox.requests.find(({ rowId }) => rowId === "large")!;
  assert.equal(request.headers["transfer-encoding"], "chunked");
  assert.ok(request.bytes! > 14_000_000);
  assert.equal(lineOf(request.text), runs[0]!.replace('{"step": 7, "ts": 177, "value": "NaN"}, ', ""));
  const whole = await folder.importTo(sandbox, { streamAboveBytes: 100_000_000 });
  assert.deepEqual(whole.runs, { sent: 0, skipped: 2, failed: 0 });
});

Deno.test("importToKiroframe() streams a large row again when an attempt fails on the way", async () => {
  await using sandbox = await startKiroframeSandbox({
    faults: [
      { match: ({ rowId }) => rowId === "r", times: 1, action: { kind: "status", status: 503 } },
      { match: ({ rowId }) => rowId === "r", times: 1, action: { kind: "truncate" } },
    ],
  });
  const row = runLine("1", "r", { histories: `{"loss": ${pointList(2000)}}` });
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [row] });
  const result = await folder.importTo(sandbox, { streamAboveBytes: 1000, maxHistoryPoints: 1000 });
  assert.equal(result.runs.sent, 1);
  assert.equal(sandbox.requests.filter(({ rowId }) => rowId === "r").length, 3);
  const texts = new Set(sandbox.requests.filter(({ rowId }) => rowId === "r").map(({ text }) => text));
  assert.equal(texts.size, 1);
});

Deno.test("importToKiroframe() sends no models where there is no such file", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.write({ experiments: [experimentLine("1")], runs: [], models: null });
  const result = await folder.importTo(sandbox);
  assert.deepEqual(arrivals(sandbox), ["1"]);
  assert.deepEqual(result.models, { sent: 0, skipped: 0, failed: 0 });
  await folder.importTo(sandbox, { modelsPath: null });
});

Deno.test("importToKiroframe() sends models written with indentation in one call", async () => {
  await using sandbox = await startKiroframeSandbox({ emptyReplies: true });
  await using folder = await TestFolder.write({ experiments: [], runs: [], models: "[\n  \n]\n" });
  const result = await folder.importTo(sandbox);
  assert.deepEqual(result.models, { sent: 1, skipped: 0, failed: 0 });
  assert.deepEqual(sandbox.models, []);
});

Deno.test("importToKiroframe() sends nothing from a folder without its files", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(1, 1);
  const options = { runsPath: join(folder.path, "none.json") };
  await assert.rejects(
    folder.importTo(sandbox, options),
    (error) => error instanceof UsageError && /none\.json/.test(error.message),
  );
  assert.equal(sandbox.requestCount, 0);
});

Deno.test("importToKiroframe() takes an address with one trailing slash", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(1, 1);
  await folder.importTo(sandbox, { kiroframeUrl: `${sandbox.url}/` });
  assert.deepEqual(new Set(sandbox.requests.map(({ path }) => path)), new Set(["/arcee/v2/import"]));
});

Deno.test("importToKiroframe() opens a connection for each row, so that no reply in two parts waits on an old one", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(1, 1);
  await folder.importTo(sandbox);
  assert.deepEqual(new Set(sandbox.requests.map(({ headers }) => headers.connection)), new Set(["close"]));
});

Deno.test("importToKiroframe() shows each phase's length and every row, and ends what it shows", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(2, 3);
  const shown: string[] = [];
  let rows = 0;
  const progress = {
    ...silentProgress,
    start: (label: string, total?: number): void => void shown.push(`${label} ${total}`),
    advance: (): void => void rows++,
    detail: (text: string): void => void shown.push(text),
    stop: (): void => void shown.push("stop"),
  };
  await folder.importTo(sandbox, { progress, concurrency: 1 });
  await folder.importTo(sandbox, { progress, concurrency: 1 });
  assert.equal(rows, 2 * 9);
  assert.deepEqual(shown.filter((text) => !text.startsWith("experiment ")).slice(0, 5), [
    "Importing experiments 2",
    "Importing runs 6",
    "Importing models 1",
    "",
    "stop",
  ]);
  assert.ok(shown.includes("experiment e1"));
});

Deno.test("importToKiroframe() never takes the token to another host", async () => {
  await using other = await startKiroframeSandbox();
  await using sandbox = await startKiroframeSandbox({
    faults: [{ action: { kind: "redirect", location: `${other.url}/arcee/v2/import` } }],
  });
  await using folder = await TestFolder.regular(2, 1);
  await assert.rejects(folder.importTo(sandbox), { name: "RedirectError" });
  assert.equal(other.requestCount, 0);
});

Deno.test("importToKiroframe() says of a refused token which parameter to check, and sends no more", async () => {
  await using sandbox = await startKiroframeSandbox();
  await using folder = await TestFolder.regular(3, 3);
  await assert.rejects(folder.importTo({ url: sandbox.url, token: "wrong" }, { concurrency: 1 }), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.match(error.hint ?? "", /--profiling-token.*PROFILING_TOKEN/);
    return true;
  });
  assert.equal(sandbox.requestCount, 1);
  assert.deepEqual([...folder.ledger({ url: sandbox.url, token: "wrong" }).failures()], []);
});
