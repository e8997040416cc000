import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { readRange } from "../../lib/kiroframe/rows/file_range.ts";
import { planRuns, type RunPlan } from "../../lib/kiroframe/run_lanes.ts";
import { runLine, TestFolder } from "./folders.ts";

async function plan(lines: readonly string[]): Promise<RunPlan> {
  await using folder = await TestFolder.write({ experiments: [], runs: lines });
  const file = await open(join(folder.path, "runs.json"));
  const runs = await planRuns(file);
  await file.close();
  return runs;
}

function shape({ lanes }: RunPlan): [string, number[]][] {
  return lanes.map(({ experimentId, lines }) => [experimentId, [...lines]]);
}

Deno.test("planRuns() takes experiments from the last to the first, the runs of each likewise", async () => {
  const lines = [runLine("a", "3"), runLine("a", "2"), runLine("b", "5"), runLine("c", "9"), runLine("c", "8")];
  assert.deepEqual(shape(await plan(lines)), [["c", [4, 3]], ["b", [2]], ["a", [1, 0]]]);
});

Deno.test("planRuns() sorts lines by number, not by digits", async () => {
  const lines = Array.from({ length: 12 }, (_, number) => runLine("a", `${number}`));
  assert.deepEqual(shape(await plan(lines)), [["a", [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]]);
});

Deno.test("planRuns() finds the experiment of a row whoever wrote it, and gathers what is none", async () => {
  const compact = '{"run_id":"x","tags":{"experiment_id":"wrong"},"experiment_id":"a","metrics_latest":{"m":NaN}}';
  const lines = [runLine("a", "1"), compact, "no JSON", "[]", runLine("b", "2")];
  assert.deepEqual(shape(await plan(lines)), [["b", [4]], ["", [3, 2]], ["a", [1, 0]]]);
});

Deno.test("planRuns() gathers a row whose ids are no JSON texts, and goes on", async () => {
  const odd = ["\\q", "\t"].map((name) => runLine("a", "1").replace("experiment a", name));
  assert.deepEqual(shape(await plan([...odd, runLine("b", "2")])), [["b", [2]], ["", [1, 0]]]);
});

Deno.test("planRuns() finds the experiment behind a very long name", async () => {
  const line = runLine("a", "1").replace("experiment a", "n".repeat(20_000));
  assert.deepEqual(shape(await plan([line])), [["a", [0]]]);
});

Deno.test("planRuns() says where each line lies, over reads of a megabyte and blank lines", async () => {
  const long = (id: string): string => runLine("a", id, { tags: `{"text": "${id.repeat(1_500_000)}"}` });
  const lines = [runLine("a", "é"), "", long("x"), "\r", runLine("b", "☃"), long("y"), runLine("b", "z")];
  await using folder = await TestFolder.write({ experiments: [], runs: lines });
  const file = await open(join(folder.path, "runs.json"));
  const { index, lanes } = await planRuns(file);
  const texts: string[] = [];
  for (let line = 0; line < index.count; line++) texts.push((await readRange(file, index.range(line))).toString());
  await file.close();
  assert.deepEqual(texts, lines.filter((line) => line.trim() !== ""));
  assert.deepEqual(lanes.map(({ lines }) => [...lines]), [[4, 2], [3, 1, 0]]);
});

Deno.test("planRuns() takes a last line without its newline", async () => {
  await using folder = await TestFolder.write({ experiments: [], runs: [], models: runLine("a", "1") });
  const file = await open(join(folder.path, "models.json"));
  assert.deepEqual(shape(await planRuns(file)), [["a", [0]]]);
  await file.close();
});

Deno.test("planRuns() has no lanes for an empty file", async () => {
  assert.deepEqual(shape(await plan([])), []);
});

Deno.test("planRuns() keeps thousands of lines", async () => {
  const lines = Array.from({ length: 5000 }, (_, number) => runLine(`${number % 7}`, `${number}`));
  const { index, lanes } = await plan(lines);
  assert.equal(index.count, 5000);
  let offset = 0;
  for (const [line, text] of lines.entries()) {
    assert.deepEqual(index.range(line), { offset, length: text.length });
    offset += text.length + 1;
  }
  assert.equal(lanes.reduce((sum, { lines }) => sum + lines.length, 0), 5000);
});
