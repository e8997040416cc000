import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { UsageError } from "../../lib/errors.ts";
import { writeReport } from "../../lib/report/write.ts";
import { dataset, experiment, run } from "../source/fake_source.ts";
import { folderOf, HOSTILE, hostileWorld, model, type TestFolder } from "./folder.ts";

const START = Date.UTC(2026, 10, 28);

function usualFolder(): Promise<TestFolder> {
  return folderOf({
    experiments: [
      experiment("1", {
        name: "first",
        tags: new Map([["mlflow.owner", "ada"], ["mlflow.note.content", "Two\nlines"]]),
      }),
      experiment("2"),
    ],
    runs: [
      run("b", {
        status: "FAILED",
        startTime: START + 60_000,
        endTime: START + 61_500,
        tags: new Map([["mlflow.runName", "second run"]]),
        params: new Map([["lr", "0.1"]]),
        metrics: new Map([["loss", 0.25], ["nan", NaN]]),
        datasets: [dataset("digits", { context: "training" }), dataset("predictions", { context: "output" })],
      }),
      run("a", {
        startTime: START,
        endTime: START + 192_000,
        metrics: new Map([["loss", 0.5]]),
        params: new Map([["lr", "0.2"]]),
      }),
    ],
    history: (one, key) =>
      key === "nan"
        ? { error: `no such thing in ${one.id}` }
        : [1, 2, 3].map((step) => ({ step, timestamp: START + step, value: step / 4 })),
    models: [
      model("digits classifier", {
        description: "Reads digits",
        versions: [{
          version: "2",
          currentStage: "Production",
          status: "READY",
          runId: "b",
          source: "s",
          description: null,
          created: START,
          lastUpdated: START,
          tags: new Map(),
          aliases: ["champion"],
        }],
      }),
    ],
  });
}

async function pageOf(folder: string): Promise<string> {
  const path = await writeReport(folder, { now: new Date(START) });
  assert.equal(path, join(folder, "report.html"));
  return await readFile(path, "utf8");
}

/** The page as a person reads it without script. */
function wordsOf(page: string): string {
  return page.replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

Deno.test("writeReport() tells totals, experiments, runs, models, lineage and failures without a script", async () => {
  await using folder = await usualFolder();
  const words = wordsOf(await pageOf(folder.path));
  const expected = [
    "MLflow 3.17.2 at http://localhost:5000",
    "Report made 2026-11-28 00:00 UTC",
    "runs 2 1 failed",
    "registered model 1 1 version",
    "experiments 2",
    "Owner ada",
    "Two lines",
    "digits 01234567, training, 1 run",
    "second run failed 2026-11-28 00:01:00 1.5 s 0.25 NaN 0.1",
    "finished 2026-11-28 00:00:00 3 min 12 s 0.5",
    "digits classifier Reads digits 2 @champion Production ready 2026-11-28 00:00 second run",
    "Nothing of this folder was sent to Kiroframe.",
    "Not exported: 1 metric history.",
    "no such thing in …",
  ];
  for (const text of expected) assert.ok(words.includes(text), `${text}\n${words}`);
});

Deno.test("writeReport() makes one file that loads nothing, whose policy lets run only what it brings", async () => {
  await using folder = await usualFolder();
  const page = await pageOf(folder.path);
  assert.doesNotMatch(page, /<(link|img|iframe|object|embed|base|form)\b|\bsrc=|@import|url\(/i);
  assert.doesNotMatch(page.replace(/<script[^>]*>[^]*?<\/script>/g, ""), /\sstyle=|\son[a-z]+=/i);
  const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(page) ?? [];
  const hashOf = (text = ""): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const style = hashOf(/<style>([^]*?)<\/style>/.exec(page)?.[1]);
  const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => hashOf(match[1]));
  assert.equal(scripts.length, 1);
  assert.equal(
    policy,
    `default-src 'none'; script-src ${scripts[0]}; style-src ${style}; base-uri 'none'; form-action 'none'`,
  );
});

Deno.test("writeReport() writes hostile names as text, and gives the script nothing but JSON", async () => {
  await using folder = await folderOf(hostileWorld());
  const page = await pageOf(folder.path);
  const data = [...page.matchAll(/<script type="application\/json" id="[a-z0-9-]+">([^]*?)<\/script>/g)];
  assert.equal(data.length, HOSTILE.length);
  for (const [, json = ""] of data) assert.doesNotMatch(JSON.stringify(JSON.parse(json)), /\u202e/);
  const rest = page.replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, "");
  const tags = [...rest.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  assert.deepEqual(tags.filter((tag) => /^<(img|script|!--)|href="(?!#)/i.test(tag)), []);
  assert.deepEqual(tags.filter((tag) => /\son|'/i.test(tag.replace(/"[^"]*"/g, '""'))), []);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(rest, /[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/);
});

Deno.test("writeReport() says that an export has not finished, and shows the runs there are", async () => {
  await using folder = await usualFolder();
  for (const name of ["summary.json", "experiment_summary.json", "models.json"]) await rm(join(folder.path, name));
  const words = wordsOf(await pageOf(folder.path));
  assert.ok(words.includes("has not finished"), words);
  assert.ok(words.includes("second run failed"), words);
});

Deno.test("writeReport() counts broken lines and shows the rest", async () => {
  await using folder = await usualFolder();
  await appendFile(join(folder.path, "runs.json"), '{"broken\n');
  assert.ok(wordsOf(await pageOf(folder.path)).includes("runs.json has 1 broken line; the first is line 3."));
});

Deno.test("writeReport() refuses what is no export, and leaves nothing there", async () => {
  await using folder = await usualFolder();
  await rm(join(folder.path, "runs.json"));
  await assert.rejects(
    writeReport(folder.path),
    (error) => error instanceof UsageError && error.message.includes("no runs.json"),
  );
  await assert.rejects(stat(join(folder.path, "report.html")));
});

Deno.test("writeReport() shows what the secrets' redactor leaves", async () => {
  await using folder = await usualFolder();
  const path = await writeReport(folder.path, { redact: (text) => text.replaceAll("hunter2", "***") });
  const page = await readFile(path, "utf8");
  assert.ok(page.includes("http://localhost:5000/***") && !page.includes("hunter2"));
});

Deno.test("writeReport() reads the folders that the reference and every version of this program left", async () => {
  const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
  const found = (await readdir(fixtures, { recursive: true, withFileTypes: true }))
    .filter(({ name }) => name === "runs.json").map(({ parentPath }) => parentPath);
  assert.ok(found.some((path) => path.includes("reference")) && found.some((path) => path.includes("folders")));
  for (const path of found) {
    const copy = await mkdtemp(join(tmpdir(), "report-fixture-"));
    try {
      await cp(path, copy, { recursive: true });
      const runs = (await readFile(join(copy, "runs.json"), "utf8")).trimEnd().split("\n");
      const words = wordsOf(await pageOf(copy));
      assert.match(words, new RegExp(` runs ${runs.length} `), path);
      assert.doesNotMatch(words, /undefined|\[object|broken line/, path);
    } finally {
      await rm(copy, { recursive: true });
    }
  }
});

Deno.test("writeReport() stays below 5 MB whatever the names, and says what it leaves out", async () => {
  const long = (seed: number, length: number): string => `${seed} ${"長い名前\u202e".repeat(length)}`;
  const params = (seed: number): Map<string, string> =>
    new Map(Array.from({ length: 20 }, (_, key) => [long(key, 20), long(seed * 20 + key, 20)]));
  await using folder = await folderOf({
    experiments: Array.from(
      { length: 150 },
      (_, id) =>
        experiment(String(id), {
          name: long(id, 100),
          tags: new Map([["mlflow.note.content", long(id, 1000)], ["mlflow.owner", long(id, 100)]]),
        }),
    ),
    runs: Array.from({ length: 1500 }, (_, index) =>
      run(`${index}`, {
        experimentId: String(index % 150),
        status: long(index, 1),
        tags: new Map([["mlflow.runName", long(index, 100)]]),
        params: params(index),
        metrics: new Map([...params(0).keys()].map((key) => [key, index])),
        datasets: [dataset(long(index, 100), { digest: long(index, 5), context: long(index, 5) })],
      })),
    history: () => [],
    models: Array.from({ length: 300 }, (_, index) => model(long(index, 100), { description: long(index, 500) })),
  });
  const page = await pageOf(folder.path);
  assert.ok(new TextEncoder().encode(page).length < 5_000_000, `${page.length}`);
  const words = wordsOf(page);
  assert.match(words, /\d+ experiments with runs have no section\./);
  assert.match(words, /100 more models not listed/);
  assert.match(words, /columns of metrics and params found no room/);
});
