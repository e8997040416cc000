import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, UnreachableError } from "../../lib/errors.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { LAYOUT } from "../../lib/folder/layout.ts";
import type { ArtifactFile, MetricPoint, Run } from "../../lib/source/mod.ts";
import { parseCsv } from "../tools/parse_csv.ts";
import { dataset, experiment, fakeSource, type FakeWorld, run } from "../source/fake_source.ts";
import { exportAnew, exportWorld, resume, textsOf, withBase } from "./exports.ts";

function world(): FakeWorld & { runs: Run[] } {
  const runs: Run[] = [];
  for (const experimentId of ["3", "1"]) {
    for (let i = 0; i < 20; i++) {
      runs.push(run(`${experimentId}-${String(i).padStart(2, "0")}`, {
        experimentId,
        startTime: 1_700_000_000_000 - Math.floor(i / 3) * 1000 + Number(experimentId),
        metrics: new Map([["m", i], [`only-${experimentId}`, NaN]]),
        params: new Map([["p", `a,"${i}"\n`]]),
        datasets: i % 2 ? [dataset(`d${i}`)] : [],
      }));
    }
  }
  return { experiments: ["4", "3", "2", "1", "0"].map((id) => experiment(id)), runs };
}

Deno.test("exportSource() writes every file, experiments without runs included", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    await exportWorld(folder, world());
    await folder.close();
    const texts = await textsOf(folder.path);
    const lines = (name: string): string[] => (texts[name] ?? "").trimEnd().split("\n");
    assert.deepEqual(lines("experiments").map((line) => JSON.parse(line).runs_total), [0, 20, 0, 20, 0]);
    assert.deepEqual(lines("runs").map((line) => JSON.parse(line).run_id), world().runs.map(({ id }) => id));
    assert.equal(lines("datasets").length, 40);
    const summary = JSON.parse(texts["summary"] ?? "");
    assert.deepEqual([summary.experiments, summary.runs, summary.non_finite_values], [5, 40, 80]);
    assert.deepEqual(Object.keys(summary.experiments_detail).length, 5);

    const [header, ...rows] = parseCsv(texts["runsCsv"] ?? "");
    assert.deepEqual(header?.slice(6), ["metrics.m", "metrics.only-3", "metrics.only-1", "params.p"]);
    const byTime = world().runs.sort((a, b) => Number(b.startTime) - Number(a.startTime) || (a.id < b.id ? -1 : 1));
    assert.deepEqual(rows.map((row) => row[0]), byTime.map(({ id }) => id));
    assert.equal(parseCsv(texts["runsBasicCsv"] ?? "").length, 41);
    assert.equal(texts["models"], "[]");
    assert.equal(texts["manifest"], "[]");
  }));

Deno.test("exportSource() interrupted at any run and resumed writes the same files, though runs were added meanwhile", () =>
  withBase(async (base) => {
    const whole = await ExportFolder.create(base);
    await exportWorld(whole, world());
    await whole.close();
    const expected = await textsOf(whole.path);
    for (let stop = 0; stop < 40; stop += 3) {
      const folder = await ExportFolder.create(base);
      let given = 0;
      const beforeRun = (): void => {
        if (given++ === stop) throw new UnreachableError("gone");
      };
      await assert.rejects(exportWorld(folder, { ...world(), beforeRun }), UnreachableError);
      await folder.close();

      const later = world();
      for (const experimentId of stop < 20 ? ["3"] : ["3", "1"]) {
        if (stop % 20 > 0) {
          later.runs.unshift(run(`new-${experimentId}`, { experimentId, startTime: 1_800_000_000_000 }));
        }
      }
      const again = await ExportFolder.open(folder.path);
      await exportWorld(again, later);
      await again.close();
      assert.deepEqual(await textsOf(again.path), expected, `stopped at run ${stop}`);
    }
  }));

Deno.test("exportSource() writes the row anew when a long history breaks on its way", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    async function* pages(): AsyncGenerator<MetricPoint[]> {
      yield Array.from({ length: 10_000 }, (_, step) => ({ step, timestamp: 0, value: 1 }));
      throw new AppError("HTTP 500");
    }
    const given = world();
    await exportWorld(folder, { ...given, history: (one, key) => one.id === "3-01" && key === "m" ? pages() : [] });
    await folder.close();
    const rows = (await readFile(folder.file("runs"), "utf8")).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(rows.length, 40);
    assert.deepEqual(rows[1].metrics_history.m, { error: "HTTP 500" });
    assert.equal(JSON.parse(await readFile(folder.file("summary"), "utf8")).history_errors, 1);
  }));

Deno.test("exportSource() downloads artifacts and records what failed, without ending", () =>
  withBase(async (base) => {
    const folder = await ExportFolder.create(base);
    const text = (path: string, body: string, size = body.length): ArtifactFile => ({
      path,
      size,
      open: (fromByte) =>
        Promise.resolve({
          fromByte,
          length: body.length - fromByte,
          stream: new Blob([body.slice(fromByte)]).stream(),
        }),
    });
    const artifacts = (one: Run): Promise<ArtifactFile[]> => {
      if (one.id === "3-00") return Promise.resolve([text("a/ü %.txt", "hello"), text("empty", "")]);
      if (one.id === "3-01") return Promise.resolve([text("../evil", "x"), text("good", "x")]);
      if (one.id === "3-02") return Promise.resolve([text("short", "abc", 5)]);
      if (one.id === "3-03") return Promise.reject(new AppError("HTTP 500"));
      return Promise.resolve([]);
    };
    await exportWorld(folder, { ...world(), artifacts }, { downloadArtifacts: true });
    await folder.close();
    const manifest = JSON.parse(await readFile(folder.file("manifest"), "utf8"));
    assert.equal(manifest.length, 40);
    assert.deepEqual(manifest[0], { run_id: "3-00", artifacts_path: join(folder.file("artifacts"), "3-00") });
    assert.match(manifest[1].artifacts_error, /1 of 2 files failed; \.\.\/evil: refused/);
    assert.match(manifest[2].artifacts_error, /listing says 5 bytes, 3 came/);
    assert.equal(manifest[3].artifacts_error, "HTTP 500");
    assert.ok("artifacts_path" in manifest[4]);
    assert.equal(await readFile(join(folder.path, "artifacts/3-00/a/ü %.txt"), "utf8"), "hello");
    assert.equal(await readFile(join(folder.path, "artifacts/3-01/good"), "utf8"), "x");
    assert.equal(JSON.parse(await readFile(folder.file("summary"), "utf8")).artifact_errors, 3);
    assert.equal(LAYOUT.artifacts, "artifacts");
  }));

Deno.test("exportSource() goes on without the models where they cannot be listed, and asks again on --resume", () =>
  withBase(async (base) => {
    const broken = fakeSource(world());
    broken.models = () => Promise.reject(new AppError("HTTP 500 by a secret"));
    const path = await exportAnew(base, world(), { source: broken, redact: (text) => text.replace("secret", "***") });
    const { summary, ...files } = await textsOf(path);
    const { summary: expected, models, ...others } = await textsOf(await exportAnew(base, world()));
    assert.deepEqual(files, others);
    assert.equal(models, "[]");
    const { models_error: reason, files: hashes, ...counts } = JSON.parse(summary ?? "");
    assert.equal(reason, "HTTP 500 by a ***");
    assert.ok(!("models.json" in hashes));
    const { files: _, ...whole } = JSON.parse(expected ?? "");
    assert.deepEqual(counts, whole);
    assert.equal((await resume(path, world())).modelsFailure, null);
    assert.deepEqual(await textsOf(path), { summary: expected, models, ...others });
  }));

Deno.test("exportSource() ends where the models meet what ends everything", () =>
  withBase(async (base) => {
    const gone = fakeSource(world());
    gone.models = () => Promise.reject(new UnreachableError("gone"));
    await assert.rejects(exportAnew(base, world(), { source: gone }), UnreachableError);
  }));
