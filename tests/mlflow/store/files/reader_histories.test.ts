import assert from "node:assert/strict";
import { join } from "node:path";
import { age, allRuns, experimentMeta, makeFolder, readerOf, runMeta, STORE } from "./folder.ts";

Deno.test("FileReader reads runs of MLflow 0.8: run_uuid alone, numbers for ids, lines of two fields", async () => {
  using folder = makeFolder({
    "0/meta.yaml": "artifact_location: /a/0\nexperiment_id: 0\nname: Default\n",
    "0/abc/meta.yaml": "artifact_uri: null\nend_time: 5\nexperiment_id: 0\nname: ''\nrun_uuid: abc\nsource_type: 4\n" +
      "start_time: 3\nstatus: 4\ntags: []\nuser_id: ada\n",
    "0/abc/metrics/m": "1700000000 0.5\n1700000001 0.25\n1700000000 0.125\n",
  });
  const [{ run, histories } = assert.fail("no run")] = await allRuns(readerOf(folder).reader);
  assert.deepEqual([run.id, run.experimentId, run.status, run.lifecycleStage, run.artifactUri], [
    "abc",
    "0",
    "FAILED",
    "active",
    "",
  ]);
  assert.equal(run.metrics.get("m"), 0.25);
  // As its own server gives them: as they were logged.
  assert.deepEqual(histories.get("m"), [
    { timestamp: 1700000000, value: 0.5, step: 0 },
    { timestamp: 1700000001, value: 0.25, step: 0 },
    { timestamp: 1700000000, value: 0.125, step: 0 },
  ]);
});

Deno.test("FileReader counts runs in the powers of two that a server tells", async () => {
  const runs = Array.from({ length: 5 }, (_, index): [string, string] => [
    `1/r${index}/meta.yaml`,
    runMeta(`r${index}`, { start_time: index, lifecycle_stage: index === 0 ? "deleted" : "active" }),
  ]);
  using folder = makeFolder({
    "1/meta.yaml": experimentMeta("1"),
    ...Object.fromEntries(runs),
    "2/meta.yaml": experimentMeta("2"),
    "1/foreign/notes.txt": "x",
  });
  age(folder.root);
  const { reader } = readerOf(folder);
  const experiments = await Array.fromAsync(reader.experiments());
  const counts = async (selection = {}): Promise<unknown> =>
    Object.fromEntries(await reader.runCounts(experiments, selection));
  assert.deepEqual(await counts(), { 1: 4, 2: 0 });
  assert.deepEqual(await counts({ includeDeleted: true }), { 1: 4, 2: 0 });
  assert.deepEqual(await counts({ sinceMs: 2 }), { 1: 2, 2: 0 });
  assert.deepEqual(await counts({ filter: "run_id = 'r3'" }), { 1: 1, 2: 0 });
});

Deno.test("FileReader sorts points that were logged out of order, as MLflow's bulk reply does, but none of 25,000 and more", async () => {
  const short = "3 1.0 0\n1 2.0 9\n1 1.0 9\n1 5.0 8\n";
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, index) => `${count - index} 1.0 0\n`).join("");
  using folder = makeFolder({
    ...STORE,
    "1/abc/metrics/short": short,
    "1/abc/metrics/most": lines(24_999),
    "1/abc/metrics/many": lines(25_000),
  });
  const [{ histories } = assert.fail("no run")] = await allRuns(readerOf(folder).reader);
  const points = (key: string): { timestamp: unknown; value: number; step: unknown }[] => {
    const history = histories.get(key);
    return typeof history === "object" ? history : assert.fail(key);
  };
  assert.deepEqual(points("short").map(({ timestamp, step, value }) => [timestamp, step, value]), [
    [1, 8, 5],
    [1, 9, 1],
    [1, 9, 2],
    [3, 0, 1],
  ]);
  assert.deepEqual([points("most").length, points("most")[0]?.timestamp], [24_999, 1]);
  assert.deepEqual([points("many").length, points("many")[0]?.timestamp], [25_000, 25_000]);
});

Deno.test("FileReader gives a long history in pages, from its start each time, and no more than was there", async () => {
  const count = 200_000;
  using folder = makeFolder({
    ...STORE,
    "1/abc/metrics/loss": Array.from(
      { length: count },
      (_, index) => `${1_700_000_000_000 + index} ${index}.5 ${index}\n`,
    )
      .join(""),
  });
  const { reader } = readerOf(folder);
  for await (const { run, histories } of reader.runs([{ ...await first(reader.experiments()) }])) {
    assert.equal(run.metrics.get("loss"), count - 0.5);
    const history = histories.get("loss");
    if (history === undefined || "error" in history || !(Symbol.asyncIterator in history)) {
      return assert.fail("no pages");
    }
    folder.write({ "1/abc/metrics/other": "1 1.0 1\n" });
    for (let reading = 0; reading < 2; reading++) {
      const pages: number[] = await Array.fromAsync(history, (page) => page.length);
      assert.equal(pages.reduce((sum, length) => sum + length), count);
      assert.ok(pages.length > 10 && Math.max(...pages) < 20_000);
    }
    Deno.writeTextFileSync(join(folder.root, "1/abc/metrics/loss"), "5 5.0 5\n", { append: true });
    const again = (await Array.fromAsync(history, (page) => [...page])).flat();
    assert.deepEqual([again.length, again.at(-1)?.step], [count, count - 1]);
    Deno.truncateSync(join(folder.root, "1/abc/metrics/loss"), 1000);
    await assert.rejects(Array.fromAsync(history), /shorter while it was read|line \d+ holds/);
  }
});

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  return assert.fail("nothing there");
}

Deno.test("FileReader gives runs without histories where they are known already", async () => {
  using folder = makeFolder({ ...STORE, "1/def/meta.yaml": runMeta("def"), "1/def/metrics/m": "1 0.5 0\n" });
  const runs = await allRuns(readerOf(folder).reader, { needsHistories: ({ id }) => id === "def" });
  assert.deepEqual(runs.map(({ run, histories }) => [run.id, run.metrics.size, histories.size]), [["abc", 2, 0], [
    "def",
    1,
    1,
  ]]);
});
