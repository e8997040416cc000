/**
 * Worlds of any size, the same for the same options: runs are kept as little more than a number, and their params, tags
 * and histories are computed whenever they are asked for. 20,000 runs of 10 metrics of 100 points take a few megabytes,
 * and so does one run of 5 million points.
 * @module
 */
import { spread } from "../faults.ts";
import type { MetricPoint } from "../../lib/source/mod.ts";
import { World } from "./mod.ts";
import type { MetricSeries, WorldDataset, WorldModelOutput, WorldRun } from "./types.ts";

export interface GeneratedWorldOptions {
  /** Besides "Default". @default {1} */
  readonly experiments?: number;
  /** In all; dealt to the experiments in turn. @default {10} */
  readonly runs?: number;
  /** Of each run. @default {3} */
  readonly metrics?: number;
  /** Of each metric of each run. @default {10} */
  readonly points?: number;
  /** Of each run. @default {3} */
  readonly params?: number;
  /** Of each run, besides mlflow.runName. @default {2} */
  readonly tags?: number;
  /** Of each run. @default {0} */
  readonly datasets?: number;
  /** Small text files of each run. @default {0} */
  readonly files?: number;
  /** Of each of these, at least. @default {0} */
  readonly fileBytes?: number;
  /** Registered models, with two versions each. @default {0} */
  readonly models?: number;
  /** Other numbers and ids for another seed. @default {1} */
  readonly seed?: number;
  /** Start of the oldest run; the others follow by a second each. @default {1700000000000} */
  readonly startTimeMs?: number;
}

export function generateWorld(options: GeneratedWorldOptions = {}): World {
  const shape = { ...DEFAULTS, ...options };
  const world = new World();
  world.setClock(shape.startTimeMs);
  for (let number = 1; number <= shape.experiments; number += 1) {
    world.addExperiment({
      name: `experiment ${number}`,
      tags: [["mlflow.note.content", `Generated, number ${number}`]],
    });
  }
  const keys = Array.from({ length: shape.metrics }, (_, index) => `metric_${index}`);
  for (let index = 0; index < shape.runs; index += 1) {
    const run = new GeneratedRun(index, { shape, keys, experimentId: String((index % shape.experiments) + 1) });
    world.insertRun(run);
    for (let file = 0; file < shape.files; file += 1) {
      world.files.put(
        `${run.experimentId}/${run.id}/artifacts/notes/${file}.txt`,
        `Run ${index}, file ${file}\n`.padStart(shape.fileBytes, "."),
      );
    }
  }
  world.setClock(shape.startTimeMs + shape.runs * 1000);
  addModels(world, shape);
  return world;
}

type Shape = Required<GeneratedWorldOptions>;

const DEFAULTS: Shape = {
  experiments: 1,
  runs: 10,
  metrics: 3,
  points: 10,
  params: 3,
  tags: 2,
  datasets: 0,
  files: 0,
  fileBytes: 0,
  models: 0,
  seed: 1,
  startTimeMs: 1_700_000_000_000,
};

const STEP_MS = 10;

interface GeneratedFrom {
  readonly shape: Shape;
  /** The metrics' names, shared by all runs. */
  readonly keys: readonly string[];
  readonly experimentId: string;
}

class GeneratedRun implements WorldRun {
  status = "FINISHED";
  lifecycleStage = "active";
  readonly #index: number;
  readonly #from: GeneratedFrom;

  constructor(index: number, from: GeneratedFrom) {
    this.#index = index;
    this.#from = from;
  }

  get id(): string {
    return generatedRunId(this.#index, this.#from.shape.seed);
  }

  get experimentId(): string {
    return this.#from.experimentId;
  }

  get name(): string {
    return `run ${this.#index}`;
  }

  get userId(): string {
    return "generator";
  }

  get startTime(): number {
    return this.#from.shape.startTimeMs + this.#index * 1000;
  }

  get endTime(): number {
    return this.startTime + this.#from.shape.points * STEP_MS;
  }

  get artifactUri(): string {
    return `mlflow-artifacts:/${this.experimentId}/${this.id}/artifacts`;
  }

  get tags(): ReadonlyMap<string, string> {
    const tags = new Map([["mlflow.runName", this.name]]);
    for (let index = 0; index < this.#from.shape.tags; index += 1) tags.set(`tag_${index}`, `value ${this.#index % 7}`);
    return tags;
  }

  get params(): ReadonlyMap<string, string> {
    const params = new Map<string, string>();
    for (let index = 0; index < this.#from.shape.params; index += 1) {
      params.set(`param_${index}`, String(spread(this.#index * 31 + index)));
    }
    return params;
  }

  get metrics(): ReadonlyMap<string, MetricSeries> {
    const { keys, shape } = this.#from;
    if (shape.points === 0) return new Map();
    return new Map(keys.map((key, index) => [
      key,
      new GeneratedSeries(shape.points, {
        seed: Math.imul(this.#index, 1009) + index + shape.seed,
        startTimeMs: this.startTime,
      }),
    ]));
  }

  get datasets(): readonly WorldDataset[] {
    return Array.from({ length: this.#from.shape.datasets }, (_, index) => ({
      tags: new Map([["mlflow.data.context", index % 2 === 0 ? "training" : "eval"]]),
      name: `dataset_${index}`,
      digest: `d1ce57${String(index).padStart(2, "0")}`,
      sourceType: "s3",
      source: `{"uri": "s3://bucket/dataset_${index}.csv"}`,
      schema: '{"mlflow_colspec": [{"type": "double", "name": "x", "required": true}]}',
      profile: '{"num_rows": 1000, "num_elements": 1000}',
    }));
  }

  get modelOutputs(): readonly WorldModelOutput[] {
    return [];
  }
}

/** A noisy curve that falls towards zero; point N lies at step N. */
class GeneratedSeries implements MetricSeries {
  readonly #seed: number;
  readonly #startTimeMs: number;

  constructor(readonly length: number, from: { readonly seed: number; readonly startTimeMs: number }) {
    this.#seed = from.seed;
    this.#startTimeMs = from.startTimeMs;
  }

  at(index: number): MetricPoint {
    const value = (1 + spread(Math.imul(index, 7919) ^ this.#seed)) / (1 + index / 16);
    return { step: index, timestamp: this.#startTimeMs + index * STEP_MS, value };
  }

  latest(): MetricPoint {
    return this.at(this.length - 1);
  }
}

/** The id of a generated run: no two share one, and their order tells nothing of their age. */
export function generatedRunId(index: number, seed: number): string {
  const mixed = Math.floor(spread(index ^ Math.imul(seed, 0x85EB)) * 2 ** 32).toString(16).padStart(8, "0");
  return `${mixed}${index.toString(16).padStart(24, "0")}`;
}

function addModels(world: World, shape: Shape): void {
  for (let number = 0; number < shape.models; number += 1) {
    const model = world.addModel({ name: `model ${number}`, tags: new Map([["task", "demo"]]) });
    for (let version = 1; version <= 2; version += 1) {
      const runId = generatedRunId(number % Math.max(shape.runs, 1), shape.seed);
      const tags = [["n", String(version)]] as const;
      world.addModelVersion(model, { source: `runs:/${runId}/model`, runId, tags });
    }
    model.aliases.set("champion", 2);
  }
}
