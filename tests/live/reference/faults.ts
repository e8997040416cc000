/**
 * The listed faults of the reference that a whole export shows: each is seen in what it left, and not in what ours left.
 * @module
 */
import assert from "node:assert/strict";
import { assertSameText } from "./compare.ts";
import { parseCsv } from "./csv.ts";
import { readExport, readLines } from "../parts/folders.ts";
import type { ProxiedCall } from "../parts/proxy.ts";
import { twinRuns } from "../seed/experiments.ts";
import { plainModels, quotedModelNames } from "../seed/models.ts";
import type { World } from "../parts/worlds.ts";

/** One fault. */
export interface ReferenceFault {
  /** What the reference does, and what ours does. */
  readonly name: string;
  /** Rejects when the reference does not do so, or ours does. */
  readonly check: (world: World) => Promise<void>;
}

/** Every fault that can be seen on one export of the seed. */
export const referenceFaults: readonly ReferenceFault[] = [
  { name: "asks for each run, each metric and each model alone; ours for many together", check: checkCalls },
  { name: "lists every run twice; ours once", check: checkListings },
  { name: "sees the first 100 models; ours all", check: checkModelCount },
  { name: "has no aliases; ours has them", check: checkAliases },
  { name: "writes and sends bare NaN; ours is JSON", check: checkNaN },
  { name: "writes a runs_basic.csv that is no CSV; ours is", check: checkBasicCsv },
  { name: "knows no dataset_names of an experiment; ours does", check: checkDatasetNames },
  { name: "gives its client's version for the server's; ours the server's", check: checkVersion },
];

async function checkCalls({ oursAsked, judgeAsked = [] }: World): Promise<void> {
  const count = (calls: readonly ProxiedCall[], isMeant: (call: ProxiedCall) => boolean): number =>
    calls.filter(isMeant).length;
  const isRun = ({ endpoint }: ProxiedCall): boolean => endpoint.endsWith("/runs/get");
  const isModel = ({ endpoint }: ProxiedCall): boolean => endpoint.endsWith("/model-versions/search");
  const isTwinsLoss = ({ metricKey }: ProxiedCall): boolean => metricKey === "loss";
  assert.deepEqual([count(oursAsked, isRun), count(judgeAsked, isRun) >= twinRuns], [0, true]);
  assert.deepEqual([count(oursAsked, isModel) < 5, count(judgeAsked, isModel)], [true, 100]);
  // Every second twin has it; a page of runs may be planned by itself.
  assert.equal(count(judgeAsked, isTwinsLoss), twinRuns / 2);
  assert.ok(count(oursAsked, isTwinsLoss) < twinRuns / 10, `${count(oursAsked, isTwinsLoss)} calls`);
  await Promise.resolve();
}

async function checkListings({ ours, oursAsked, judgeAsked = [] }: World): Promise<void> {
  const count = (calls: readonly ProxiedCall[]): number => calls.reduce((sum, { runsListed }) => sum + runsListed, 0);
  const runs = (await readLines(ours.folder, "runs.json")).length;
  assert.equal(count(judgeAsked), 2 * runs);
  // Pages overlap by a run, so that none is missed while others are added.
  assert.ok(count(oursAsked) < 1.1 * runs, `${count(oursAsked)} listed, ${runs} there are`);
}

async function checkModelCount({ ours, judgeFolder }: World): Promise<void> {
  const names = async (folder: string): Promise<string[]> =>
    (JSON.parse(await readExport(folder, "models.json")) as { name: string }[]).map(({ name }) => name);
  const all = await names(ours.folder);
  assert.deepEqual([(await names(judgeFolder)).length, all.length], [100, plainModels + quotedModelNames.length]);
  assert.deepEqual(all.slice(plainModels), quotedModelNames);
}

async function checkAliases({ ours, judgeFolder }: World): Promise<void> {
  const theirs = (await readExport(judgeFolder, "models.json")).slice(0, -"\n]".length);
  const text = await readExport(ours.folder, "models.json");
  assert.ok(!theirs.includes('"champion"') && text.includes('"champion"'));
  const withoutAliases = text.replaceAll(/"aliases": \[[^\]]*\]/g, '"aliases": []');
  assertSameText(withoutAliases.slice(0, theirs.length), theirs, "the first hundred models");
}

async function checkNaN({ ours, judgeFolder, judgeCalls = [] }: World): Promise<void> {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  assert.ok(!(await readLines(judgeFolder, "runs.json")).every(isJson));
  assert.ok(!judgeCalls.every(({ body }) => isJson(body)));
  assert.ok((await readLines(ours.folder, "runs.json")).every(isJson));
  assert.ok(ours.calls.every(({ body }) => isJson(body)));
}

async function checkBasicCsv({ ours, judgeFolder }: World): Promise<void> {
  const theirs = await readExport(judgeFolder, "runs_basic.csv");
  assert.throws(() => parseCsv(theirs), SyntaxError);
  assert.match(theirs, /,None,/);
  // A run may be named so: it is the times that must not be.
  const times = parseCsv(await readExport(ours.folder, "runs_basic.csv")).flatMap((row) => row.slice(5, 7));
  assert.ok(times.includes("") && !times.includes("None"));
}

async function checkDatasetNames({ ours, judgeFolder }: World): Promise<void> {
  const named = async (folder: string): Promise<number> =>
    (await readLines(folder, "experiment_summary.json"))
      .filter((line) => (JSON.parse(line) as { dataset_names: string[] }).dataset_names.length > 0).length;
  assert.deepEqual([await named(ours.folder), await named(judgeFolder)], [1, 0]);
}

async function checkVersion({ ours, judgeFolder, server }: World): Promise<void> {
  const version = async (folder: string): Promise<string> =>
    (JSON.parse(await readExport(folder, "summary.json")) as { mlflow_version: string }).mlflow_version;
  assert.deepEqual([await version(ours.folder), await version(judgeFolder)], [server.version, "3.3.0"]);
}
