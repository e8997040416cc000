/**
 * What every Source must hold to, whatever is behind it: one small world, and what each of the seam's methods gives of it.
 * @module
 */
import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import type {
  Experiment,
  LoggedModelMetric,
  MetricPoint,
  Run,
  RunQuery,
  RunRecord,
  Source,
} from "../../lib/source/mod.ts";
import type { WorldLoggedModel } from "../../sandbox/world/types.ts";
import { World } from "../../sandbox/world/mod.ts";
import { collect } from "../mlflow/rest/history/fake_histories.ts";

/** One thing to check of a source of {@linkcode contractWorld}. */
export interface SourceCase {
  readonly name: string;
  readonly check: (source: Source) => Promise<void>;
}

/** What a kind of source cannot have: an old MLflow knows no datasets. */
export interface SourceLimits {
  /** @default {true} */
  readonly hasDatasets?: boolean;
  /** @default {true} */
  readonly hasAliases?: boolean;
  /** Whether experiments come newest first. @default {true} */
  readonly isNewestFirst?: boolean;
  /** Whether tags and params come as they were given: a folder lists its files in an order of its own. @default {true} */
  readonly hasKeyOrder?: boolean;
  /** Whether it has what MLflow 3 has besides. @default {true} */
  readonly hasExtras?: boolean;
}

const T = 1_700_000_000_000;
const BIG = 9_007_199_254_740_993n;

/** Ids in the order in which runs of one start are listed. */
const id = (letter: string): string => letter.repeat(32);

/** Points that are logged in no order, one of them NaN, with steps beyond what a number holds. */
const POINTS: readonly MetricPoint[] = [
  { step: -3, timestamp: T - 5, value: 0.1 + 0.2 },
  { step: 7, timestamp: T, value: NaN },
  { step: 7, timestamp: T, value: 2 },
  { step: BIG, timestamp: T + 1, value: 1e-7 },
];

const MODEL_METRICS: readonly LoggedModelMetric[] = [
  { key: "loss", value: 0.25, step: -1, timestamp: T, runId: id("a"), datasetName: "data", datasetDigest: "123" },
  { key: "acc", value: 1, step: 2, timestamp: T, runId: id("a"), datasetName: null, datasetDigest: null },
];

/** Makes the world: three experiments (one deleted, one without runs), and seven runs. */
export function contractWorld(): World {
  const world = new World();
  world.setClock(T);
  world.addExperiment({ name: "first", id: "1", creationTime: T + 1, tags: [["10", "ten"], ["2", "two"]] });
  world.addExperiment({ name: "empty", id: "2", creationTime: T + 2 });
  world.addExperiment({ name: "gone", id: "3", creationTime: T + 3, lifecycleStage: "deleted" });
  const run = (letter: string, startTime: number, given: Partial<Parameters<World["addRun"]>[0]> = {}): void =>
    void world.addRun({ experimentId: "1", id: id(letter), startTime, name: letter, ...given });
  run("b", T + 10, { tags: [["b", "1"], ["a", "2"]], params: [["10", "x"], ["2", ""]] });
  run("a", T + 10, { status: "RUNNING" });
  run("c", T + 20, {
    endTime: T + 25,
    metrics: { "z/loss": POINTS, one: [{ step: 0, timestamp: T, value: -0.5 }] },
  });
  run("d", T + 30, { lifecycleStage: "deleted" });
  run("e", T - 10, {
    status: "FAILED",
    datasets: [{
      name: "data",
      digest: "123",
      sourceType: "local",
      source: "{}",
      schema: "[]",
      profile: null,
      tags: new Map([["mlflow.data.context", "training"]]),
    }],
  });
  run("f", T + 1, { experimentId: "3", lifecycleStage: "active" });
  const model = world.addModel({ name: "classifier", description: "good" });
  for (const _version of [1, 2, 3]) world.addModelVersion(model, { source: "s3://x", runId: id("a") });
  model.aliases.set("best", 2);
  const isPrompt = new Map([["mlflow.prompt.is_prompt", "true"]]);
  const prompt = world.addModel({ name: "prompt", tags: new Map([...isPrompt, ["task", "talk"]]) });
  for (const text of ["Hello", "Hello {{name}}"]) {
    const tags = new Map([...isPrompt, ["mlflow.prompt.text", text], ["n", text]]);
    world.addModelVersion(prompt, { source: "dummy-source", tags });
  }
  prompt.aliases.set("live", 2);
  const logged = (letter: string, creationTimestamp: number, given: Partial<WorldLoggedModel> = {}): void => {
    const modelId = `m-${id(letter)}`;
    const place = { experimentId: "1", artifactUri: `mlflow-artifacts:/1/models/${modelId}/artifacts` };
    world.loggedModels.set(modelId, {
      id: modelId,
      name: letter,
      sourceRunId: "",
      creationTimestamp,
      ...place,
      ...given,
    });
  };
  logged("b", T + 1, { sourceRunId: id("a"), status: "LOGGED_MODEL_UPLOAD_FAILED" });
  logged("c", T + 2, { tags: new Map([["b", "1"], ["a", "2"]]), params: new Map([["p", ""]]), metrics: MODEL_METRICS });
  logged("a", T + 1, { experimentId: "2" });
  logged("d", T + 3, { experimentId: "3" });
  return world;
}

/** The cases for a source of the world. */
export function sourceCases(
  { hasDatasets = true, hasAliases = true, isNewestFirst = true, hasKeyOrder = true, hasExtras = true }: SourceLimits =
    {},
): SourceCase[] {
  const inKeyOrder = (texts: [string, string][]): [string, string][] => hasKeyOrder ? texts : texts.sort();
  return [
    {
      name: "experiments come in their order, deleted ones only when asked for",
      async check(source): Promise<void> {
        const names = async (includeDeleted: boolean): Promise<string[]> =>
          (await experimentsOf(source, includeDeleted)).map(({ name }) => name).filter((name) => name !== "Default");
        const inOrder = (all: string[]): string[] => isNewestFirst ? all.reverse() : all;
        assert.deepEqual(await names(false), inOrder(["first", "empty"]));
        assert.deepEqual(await names(true), inOrder(["first", "empty", "gone"]));
        const [first] = (await experimentsOf(source)).filter(({ name }) => name === "first");
        assert.deepEqual(inKeyOrder([...first?.tags ?? []]), inKeyOrder([["10", "ten"], ["2", "two"]]));
        assert.deepEqual([first?.id, first?.lifecycleStage], ["1", "active"]);
      },
    },
    {
      name: "runs come newest first, then by id, each once; deleted ones only when asked for",
      async check(source): Promise<void> {
        assert.deepEqual(await runsOf(source), ["c", "a", "b", "e"]);
        assert.deepEqual(await runsOf(source, { includeDeleted: true }), ["d", "c", "a", "b", "e"]);
        const listed = await Array.fromAsync(source.listedRuns(await experimentsOf(source)), letterOf);
        assert.deepEqual(listed, ["c", "a", "b", "e"]);
      },
    },
    {
      name: "a run has its tags, params and times in the order of the store",
      async check(source): Promise<void> {
        const [a, b, c] = await Promise.all(["a", "b", "c"].map((letter) => runOf(source, letter)));
        const tags = [...b?.tags ?? []].filter(([key]) => !key.startsWith("mlflow."));
        assert.deepEqual(inKeyOrder(tags), inKeyOrder([["b", "1"], ["a", "2"]]));
        assert.deepEqual(inKeyOrder([...b?.params ?? []]), inKeyOrder([["10", "x"], ["2", ""]]));
        assert.deepEqual([a?.startTime, a?.endTime, a?.status], [T + 10, null, "RUNNING"]);
        assert.deepEqual([c?.endTime, c?.experimentId, c?.lifecycleStage], [T + 25, "1", "active"]);
      },
    },
    {
      name: "bounds of time take runs from the first one on, to before the second",
      async check(source): Promise<void> {
        assert.deepEqual(await runsOf(source, { sinceMs: T + 10 }), ["c", "a", "b"]);
        assert.deepEqual(await runsOf(source, { untilMs: T + 10 }), ["e"]);
        assert.deepEqual(await runsOf(source, { sinceMs: T - 10, untilMs: T + 20 }), ["a", "b", "e"]);
      },
    },
    {
      name: "a filter selects, and one that cannot be read is refused before anything is",
      async check(source): Promise<void> {
        assert.deepEqual(await runsOf(source, { filter: "attributes.status = 'FAILED'" }), ["e"]);
        assert.deepEqual(await runsOf(source, { filter: "metrics.one < 0 and tags.nothing = 'x'" }), []);
        const experiments = await experimentsOf(source);
        await source.checkSelection(experiments, { filter: "attributes.status = 'FAILED'" });
        await assert.rejects(source.checkSelection(experiments, { filter: "this is no filter" }), UsageError);
      },
    },
    {
      name: "an estimate counts what reading would bring, and reads what it is to measure by",
      async check(source): Promise<void> {
        const taken: string[] = [];
        const take = async ({ run, histories }: RunRecord): Promise<number> => {
          taken.push(letterOf(run));
          let points = 0;
          for (const history of histories.values()) points += (await collect(history) as readonly MetricPoint[]).length;
          return points;
        };
        const experiments = await experimentsOf(source);
        const whole = await source.estimate(experiments, { take });
        const { runs, known, histories, points, isCounted, sampled } = whole;
        assert.deepEqual({ runs, known, histories, points, isCounted, sampled }, {
          runs: 4,
          known: 0,
          histories: 2,
          points: 5,
          isCounted: true,
          sampled: 4,
        });
        assert.deepEqual(taken.splice(0), ["c", "a", "b", "e"]);
        const some = await source.estimate(experiments, {
          take,
          sinceMs: T + 10,
          needsHistories: (run) => letterOf(run) !== "c",
        });
        assert.deepEqual([some.runs, some.known, some.histories, some.points], [3, 1, 0, 0]);
        assert.deepEqual(taken.splice(0), ["a", "b"]);
        const failed = await source.estimate(experiments, { take, filter: "attributes.status = 'FAILED'" });
        assert.deepEqual([failed.runs, taken], [1, ["e"]]);
      },
    },
    {
      name: "runs that are done are left out",
      async check(source): Promise<void> {
        assert.deepEqual(await runsOf(source, { isDone: (run) => "ca".includes(letterOf(run)) }), ["b", "e"]);
      },
    },
    {
      name: "a history is whole, by timestamp, step and value, NaN and large steps as they are",
      async check(source): Promise<void> {
        for await (const { run, histories } of source.runs(await experimentsOf(source))) {
          assert.deepEqual([...histories.keys()], [...run.metrics.keys()]);
          if (letterOf(run) !== "c") continue;
          assert.deepEqual([...run.metrics].toSorted(), [["one", -0.5], ["z/loss", 1e-7]]);
          const history = histories.get("z/loss");
          assert.ok(history !== undefined);
          assert.deepEqual(await collect(history), POINTS);
        }
      },
    },
    {
      name: "datasets and their contexts belong to their runs",
      async check(source): Promise<void> {
        const datasets = (await runOf(source, "e"))?.datasets ?? [];
        const found = datasets.map((
          { name, digest, context, schema, profile },
        ) => [name, digest, context, schema, profile]);
        assert.deepEqual(found, hasDatasets ? [["data", "123", "training", "[]", null]] : []);
      },
    },
    {
      name: "models have all versions, newest first, with aliases; prompts are none",
      async check(source): Promise<void> {
        const models = await source.models();
        assert.deepEqual(models.map(({ name, description }) => [name, description]), [["classifier", "good"]]);
        const versions = models[0]?.versions ?? [];
        assert.deepEqual(versions.map(({ version }) => version), ["3", "2", "1"]);
        assert.deepEqual(versions.map(({ aliases }) => aliases), [[], hasAliases ? ["best"] : [], []]);
        assert.equal(versions[0]?.runId, id("a"));
      },
    },
    {
      name: "prompts have all versions, newest first, with their texts and aliases; registered models are none",
      async check(source): Promise<void> {
        const prompts = await source.extras?.prompts?.();
        if (prompts === undefined) return assert.equal(hasExtras, false);
        assert.deepEqual(prompts.map(({ name, tags }) => [name, [...tags]]), [["prompt", [["task", "talk"]]]]);
        const versions = prompts[0]?.versions ?? [];
        assert.deepEqual(versions.map(({ version, text, type }) => [version, text, type]), [
          ["2", "Hello {{name}}", "text"],
          ["1", "Hello", "text"],
        ]);
        assert.deepEqual(versions.map(({ aliases }) => aliases), [hasAliases ? ["live"] : [], []]);
        assert.deepEqual([...versions[0]?.tags ?? []], [["n", "Hello {{name}}"]]);
      },
    },
    {
      name: "logged models come newest first over all experiments, then by id, with all that was logged of them",
      async check(source): Promise<void> {
        const { loggedModels } = source.extras ?? {};
        const models = await Array.fromAsync(loggedModels?.(await experimentsOf(source)) ?? []);
        if (!hasExtras || loggedModels === undefined) {
          return assert.deepEqual([models, hasExtras], [[], false]);
        }
        assert.deepEqual(models.map(({ name }) => name), ["c", "a", "b"]);
        const [c, a, b] = models;
        assert.deepEqual([...c?.tags ?? []].sort(), [["a", "2"], ["b", "1"]]);
        assert.deepEqual([...c?.params ?? []], [["p", ""]]);
        assert.deepEqual(c?.metrics.toSorted((x, y) => (x.key < y.key ? 1 : -1)), MODEL_METRICS);
        assert.deepEqual([a?.experimentId, a?.sourceRunId, a?.status, a?.modelType], ["2", null, "READY", null]);
        assert.deepEqual([b?.experimentId, b?.sourceRunId, b?.status], ["1", id("a"), "FAILED"]);
        assert.deepEqual([b?.id, b?.created, b?.lastUpdated], [`m-${id("b")}`, T + 1, T + 1]);
        assert.equal(b?.artifactLocation, `mlflow-artifacts:/1/models/m-${id("b")}/artifacts`);
        const all = await Array.fromAsync(loggedModels(await experimentsOf(source, true)), ({ name }) => name);
        assert.deepEqual(all, ["d", "c", "a", "b"]);
      },
    },
    {
      name: "traces, scorers, evaluation datasets and webhooks are asked for: there are none",
      async check(source): Promise<void> {
        const { countTraces, scorers, evaluationDatasets, webhooks } = source.extras ?? {};
        const experiments = await experimentsOf(source);
        assert.equal(await countTraces?.(experiments) ?? 0, 0);
        assert.deepEqual(await scorers?.(experiments) ?? [], []);
        assert.deepEqual([await evaluationDatasets?.() ?? [], await webhooks?.() ?? []], [[], []]);
      },
    },
    {
      name: "counts of runs are powers of two, none for none",
      async check(source): Promise<void> {
        const counts = await source.runCounts(await experimentsOf(source));
        assert.deepEqual([counts.get("1"), counts.get("2") ?? 0], [4, 0]);
      },
    },
  ];
}

async function experimentsOf(source: Source, includeDeleted = false): Promise<Experiment[]> {
  return await Array.fromAsync(source.experiments({ includeDeleted }));
}

async function runsOf(source: Source, query: RunQuery = {}): Promise<string[]> {
  return await Array.fromAsync(source.runs(await experimentsOf(source), query), ({ run }) => letterOf(run));
}

async function runOf(source: Source, letter: string): Promise<Run | undefined> {
  for await (const run of source.listedRuns(await experimentsOf(source))) if (run.id === id(letter)) return run;
  return undefined;
}

function letterOf(run: Run): string {
  return run.id[0] ?? "";
}
