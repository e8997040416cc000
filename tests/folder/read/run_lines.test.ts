import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRunLines, type RunHead } from "../../../lib/folder/read/run_lines.ts";

interface Seen {
  readonly heads: RunHead[];
  readonly points: string[];
  readonly bad: number[];
}

async function read(text: string): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), "run-lines-"));
  try {
    await writeFile(join(folder, "runs.json"), text);
    const seen: Seen = { heads: [], points: [], bad: [] };
    await readRunLines(join(folder, "runs.json"), {
      onBadLine: (number) => void seen.bad.push(number),
      onRun: (head) => {
        seen.heads.push(head);
        return {
          wants: () => true,
          points: (key, json) => void seen.points.push(`${head.run_id} ${key} ${JSON.parse(json).length}`),
          failed: (key, reason) => void seen.points.push(`${head.run_id} ${key} ${reason}`),
        };
      },
    });
    return seen;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function line(id: string, given: { readonly tags?: Record<string, string>; readonly points?: number } = {}): string {
  const points = Array.from({ length: given.points ?? 1 }, (_, step) => `{"step": ${step}, "ts": 1, "value": 0.5}`);
  return `{"experiment_name": "é", "experiment_id": "1", "run_id": ${
    JSON.stringify(id)
  }, "status": "FINISHED", "start_time": 5, ` +
    `"end_time": null, "tags": ${
      JSON.stringify(given.tags ?? {}).replaceAll('","', '", "').replaceAll('":"', '": "')
    }, ` +
    `"params": {}, "metrics_latest": {"m": 0.5}, "metrics_history": {"m": [${
      points.join(", ")
    }]}, "datasets": [], "dataset_names": []}`;
}

Deno.test("readRunLines() gives each run's head and points, with or without a last newline", async () => {
  for (const end of ["", "\n"]) {
    const { heads, points, bad } = await read([line("a"), line("b", { points: 3 })].join("\n") + end);
    assert.deepEqual(heads.map(({ run_id }) => run_id), ["a", "b"]);
    assert.equal(heads[0]?.experiment_name, "é");
    assert.deepEqual(points, ["a m 1", "b m 3"]);
    assert.deepEqual(bad, []);
  }
});

Deno.test("readRunLines() is not taken in by tags that look like histories", async () => {
  const tags = { a: 'x, "metrics_history": {"m": []}', metrics_history: "{", "b": "\\" };
  const { heads, points } = await read(`${line("a", { tags })}\n${line("b")}\n`);
  assert.deepEqual(heads.map(({ tags }) => tags), [tags, {}]);
  assert.deepEqual(points, ["a m 1", "b m 1"]);
});

Deno.test("readRunLines() reads heads and histories that are longer than what it reads at once", async () => {
  const tags = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`tag ${index}`, "é".repeat(5000)]));
  const { heads, points } = await read(`${line("a", { tags, points: 100_000 })}\n${line("b")}\n`);
  assert.deepEqual(heads[0]?.tags, tags);
  assert.equal(
    points.filter((one) => one.startsWith("a ")).reduce((sum, one) => sum + Number(one.split(" ")[2]), 0),
    100_000,
  );
  assert.equal(points.at(-1), "b m 1");
});

Deno.test("readRunLines() names lines that are none, and goes on", async () => {
  const { heads, bad } = await read(
    `${line("a")}\n{"broken\n[]\n${line("b").replace('"step": 0', '"step": x')}\n${line("c")}\n`,
  );
  assert.deepEqual(heads.map(({ run_id }) => run_id), ["a", "b", "c"]);
  assert.deepEqual(bad, [2, 3, 4]);
});
