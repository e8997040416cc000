import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exportFailures } from "../../../lib/jobs/outcome.ts";
import { AppError, RefusedError } from "../../../lib/errors.ts";
import { mergeExports } from "../../../lib/export/merge.ts";
import { ExportFolder } from "../../../lib/folder/export_folder.ts";
import { verifyFolder } from "../../../lib/folder/verify/mod.ts";
import type { Experiment, LoggedModel, Prompt } from "../../../lib/source/mod.ts";
import { loggedModelRow, promptRow } from "../../../lib/shapes/extras.ts";
import { experiment, type FakeWorld, loggedModel, run } from "../../source/fake_source.ts";
import { exportAnew, resume, withBase } from "../exports.ts";

const MODELS = [
  loggedModel("m-d", { created: 9, experimentId: "2" }),
  loggedModel("m-c", { created: 8 }),
  loggedModel("m-a", { created: 7, experimentId: "2" }),
  loggedModel("m-b", { created: 7 }),
];

const EXTRAS = { logged_models: { found: 4, exported: 4 }, prompts: { found: 2, exported: 2 } };

const ROW = {
  name: "a",
  description: "talks",
  tags: { "1": "one", b: "2" },
  created: 1,
  last_updated: 2,
  versions: [{
    version: "1",
    type: "text",
    text: 'Say "ä"',
    commit_message: null,
    response_format: null,
    model_config: null,
    created: 1,
    last_updated: 2,
    tags: { t: "v" },
    aliases: ["live", "x"],
  }],
};

function prompt(name: string): Prompt {
  const times = { created: 1, lastUpdated: 2 };
  const version = { version: "1", type: "text", text: 'Say "ä"', commitMessage: null, responseFormat: null };
  return {
    name,
    description: "talks",
    tags: new Map([["b", "2"], ["1", "one"]]),
    ...times,
    versions: [{ ...version, modelConfig: null, ...times, tags: new Map([["t", "v"]]), aliases: ["x", "live"] }],
  };
}

function world(models: readonly LoggedModel[] = MODELS, error?: Error): FakeWorld {
  return {
    experiments: [experiment("2"), experiment("1")],
    runs: [run("a")],
    extras: {
      prompts: () => Promise.resolve(models.length === 0 ? [] : [prompt("b"), prompt("a")]),
      async *loggedModels(experiments: readonly Experiment[]): AsyncGenerator<LoggedModel> {
        const ids = experiments.map(({ id }) => id);
        yield* models.filter(({ experimentId }) => ids.includes(experimentId));
        if (error !== undefined) throw error;
      },
    },
  };
}

async function read(path: string, name: string): Promise<string | null> {
  return await readFile(join(path, name), "utf8").catch(() => null);
}

async function idsOf(path: string): Promise<string[]> {
  const text = await read(path, "logged_models.json") ?? "";
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).model_id);
}

async function summaryOf(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await read(path, "summary.json") ?? "");
}

Deno.test("exportSource() writes logged models, and tells how many; where there are none, nothing tells of them", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, world());
    assert.deepEqual(await idsOf(path), ["m-d", "m-c", "m-a", "m-b"]);
    assert.deepEqual((await summaryOf(path))["extras"], EXTRAS);
    assert.deepEqual(JSON.parse(await read(path, "prompts.json") ?? ""), [ROW, { ...ROW, name: "b" }]);
    for (const line of (await read(path, "logged_models.json") ?? "").trimEnd().split("\n")) {
      loggedModelRow.parse(JSON.parse(line));
    }
    promptRow.array().parse(JSON.parse(await read(path, "prompts.json") ?? ""));
    assert.deepEqual((await verifyFolder(path)).problems, []);
    for (const none of [world([]), { ...world(), extras: undefined }]) {
      const empty = await exportAnew(base, none);
      for (const name of ["logged_models.json", "prompts.json"]) assert.equal(await read(empty, name), null);
      assert.equal("extras" in await summaryOf(empty), false);
    }
  }));

Deno.test("exportSource() tells what could not be listed, goes on, and asks for it again", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, world(MODELS, new AppError("the server crashed over it")));
    assert.equal(await read(path, "logged_models.json"), null);
    assert.deepEqual((await summaryOf(path))["extras"], {
      ...EXTRAS,
      logged_models: { found: null, exported: 0, error: "the server crashed over it" },
    });
    const summary = await resume(path, world());
    assert.deepEqual(exportFailures(summary), []);
    assert.deepEqual(await idsOf(path), ["m-d", "m-c", "m-a", "m-b"]);
    assert.deepEqual((await verifyFolder(path)).problems, []);
  }));

Deno.test("exportSource() ends where the login is not taken, and goes on from there", () =>
  withBase(async (base) => {
    const refused = new RefusedError("not you", { status: 401 });
    await assert.rejects(exportAnew(base, world(MODELS, refused)), refused);
    const [path = ""] = await folders(base);
    await resume(path, world());
    assert.deepEqual(await idsOf(path), ["m-d", "m-c", "m-a", "m-b"]);
  }));

Deno.test("verifyFolder() notices a logged model that was changed, and one too many", () =>
  withBase(async (base) => {
    const path = await exportAnew(base, world());
    await appendFile(join(path, "logged_models.json"), "{}\n");
    const { problems } = await verifyFolder(path);
    assert.match(problems.join("\n"), /logged_models\.json: it was changed since the export/);
    assert.match(problems.join("\n"), /logged_models\.json: summary\.json says 4 rows, it has 5/);
  }));

Deno.test("mergeExports() gives the logged models of all shards in the order of one export", () =>
  withBase(async (base) => {
    const whole = await exportAnew(base, world());
    const parts = [];
    for (const index of [1, 2]) parts.push(await exportAnew(base, world(), { shard: { index, count: 2 } }));
    const shards = await Promise.all(parts.map((path) => ExportFolder.open(path)));
    const target = await ExportFolder.create(base);
    await mergeExports(shards, target);
    for (const folder of [...shards, target]) await folder.close();
    assert.equal(await read(target.path, "logged_models.json"), await read(whole, "logged_models.json"));
    assert.equal(await read(target.path, "prompts.json"), await read(whole, "prompts.json"));
    assert.deepEqual(await Promise.all(parts.map((path) => read(path, "prompts.json").then((text) => text === null))), [
      false,
      true,
    ]);
    assert.deepEqual((await summaryOf(target.path))["extras"], (await summaryOf(whole))["extras"]);
    assert.deepEqual((await verifyFolder(target.path)).problems, []);
  }));

async function folders(base: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(base)) names.push(join(base, name));
  return names;
}
