/**
 * What a sandboxed MLflow server holds: experiments, runs, registered models and files, in memory, changeable while a
 * test goes on. Fill one by {@linkcode generateWorld}, {@linkcode digitsWorld}, worldFromExchanges, its own methods, or
 * the server's REST.
 * @module
 */
import type { Int64, MetricPoint } from "../../lib/source/mod.ts";
import { LoggedSeries } from "./metrics.ts";
import { WorldFiles } from "./files.ts";
import type {
  MetricSeries,
  WorldDataset,
  WorldEvaluationDataset,
  WorldExperiment,
  WorldLoggedModel,
  WorldModel,
  WorldModelOutput,
  WorldModelVersion,
  WorldRun,
  WorldScorer,
  WorldTrace,
  WorldWebhook,
} from "./types.ts";

/** What {@linkcode World.addExperiment} needs; the rest has defaults. */
export interface NewExperiment {
  /** Unique on a real server. */
  readonly name: string;
  /** Digits. @default {the next number} */
  readonly id?: string;
  /** Where the runs' artifacts lie. @default {"mlflow-artifacts:/<id>"} */
  readonly artifactLocation?: string;
  /** "active" or "deleted". @default {"active"} */
  readonly lifecycleStage?: string;
  /** When it was made: listings are ordered by it. @default {the world's clock} */
  readonly creationTime?: Int64;
  /** When it was changed. @default {creationTime} */
  readonly lastUpdateTime?: Int64;
  readonly tags?: Iterable<readonly [string, string]>;
}

/** What {@linkcode World.addRun} needs; the rest has defaults. */
export interface NewRun {
  readonly experimentId: string;
  /** 32 hex digits. @default {made from a counter} */
  readonly id?: string;
  readonly name?: string;
  /** Who ran it. @default {"unknown"} */
  readonly userId?: string;
  /** RUNNING, SCHEDULED, FINISHED, FAILED or KILLED. @default {"FINISHED"} */
  readonly status?: string;
  /** When it began; null for none. @default {the world's clock} */
  readonly startTime?: Int64 | null;
  /** When it ended; null while it goes on. @default {null} */
  readonly endTime?: Int64 | null;
  /** "active" or "deleted". @default {"active"} */
  readonly lifecycleStage?: string;
  /** Where its artifacts lie. @default {"mlflow-artifacts:/<experiment>/<run>/artifacts"} */
  readonly artifactUri?: string;
  readonly tags?: Iterable<readonly [string, string]>;
  readonly params?: Iterable<readonly [string, string]>;
  readonly metrics?: Readonly<Record<string, readonly MetricPoint[]>>;
  /** The datasets it used or made. */
  readonly datasets?: readonly WorldDataset[];
  /** The logged models it put out. */
  readonly modelOutputs?: readonly WorldModelOutput[];
}

/** A run whose values lie in memory and can be added to. */
export interface LoggedRun extends WorldRun {
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  readonly metrics: Map<string, MetricSeries>;
  /** The datasets it used or made. */
  readonly datasets: WorldDataset[];
  /** The logged models it put out. */
  readonly modelOutputs: WorldModelOutput[];
}

/** What {@linkcode World.addModelVersion} needs; the rest has defaults. */
export interface NewModelVersion {
  /** Its number. @default {the next number} */
  readonly version?: number;
  /** Where its files lie: an artifact URI. */
  readonly source: string;
  /** The run that made it. */
  readonly runId?: string | null;
  /** What people wrote about it. */
  readonly description?: string | null;
  /** None, Staging, Production or Archived. @default {"None"} */
  readonly currentStage?: string;
  readonly creationTimestamp?: Int64;
  readonly lastUpdatedTimestamp?: Int64;
  readonly tags?: Iterable<readonly [string, string]>;
}

export class World {
  /** By id, in the order they were added. */
  readonly experiments: Map<string, WorldExperiment> = new Map();
  /** By id. */
  readonly runs: Map<string, WorldRun> = new Map();
  /** Registered models by name. */
  readonly models: Map<string, WorldModel> = new Map();
  /** Logged models by id. */
  readonly loggedModels: Map<string, WorldLoggedModel> = new Map();
  readonly traces: WorldTrace[] = [];
  readonly evaluationDatasets: WorldEvaluationDataset[] = [];
  readonly scorers: WorldScorer[] = [];
  /** Oldest first. */
  readonly webhooks: WorldWebhook[] = [];
  /** Experiments with a file that a file store cannot read, and its words for that: runs/search fails over it, whatever is asked. */
  readonly damaged: Map<string, string> = new Map();
  /** The artifact store, by path below "mlflow-artifacts:/". */
  readonly files: WorldFiles = new WorldFiles();
  readonly #runsOf: Map<string, WorldRun[]> = new Map();
  readonly #unsorted: Set<string> = new Set();
  #clock = 1_760_000_000_000;
  #ids = 0;

  /** Creates a world with the experiment "Default", which every server has. */
  constructor() {
    this.addExperiment({ id: "0", name: "Default" });
  }

  /** The time in a world that does not depend on ours: one millisecond later at each call. */
  now(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** Sets the world's clock, so that a recorded past is before what comes. */
  setClock(timeMs: number): void {
    this.#clock = Math.max(this.#clock, timeMs);
  }

  addExperiment(init: NewExperiment): WorldExperiment {
    const id = init.id ?? String(this.experiments.size);
    const creationTime = init.creationTime ?? this.now();
    const experiment: WorldExperiment = {
      id,
      name: init.name,
      artifactLocation: init.artifactLocation ?? `mlflow-artifacts:/${id}`,
      lifecycleStage: init.lifecycleStage ?? "active",
      creationTime,
      lastUpdateTime: init.lastUpdateTime ?? creationTime,
      tags: new Map(init.tags),
    };
    this.experiments.set(id, experiment);
    return experiment;
  }

  /** Adds a run, also while a server is reading. */
  addRun(init: NewRun): LoggedRun {
    const id = init.id ?? this.newId();
    const run: LoggedRun = {
      id,
      experimentId: init.experimentId,
      name: init.name ?? `run-${id.slice(0, 8)}`,
      userId: init.userId ?? "unknown",
      status: init.status ?? "FINISHED",
      startTime: init.startTime === undefined ? this.now() : init.startTime,
      endTime: init.endTime ?? null,
      lifecycleStage: init.lifecycleStage ?? "active",
      artifactUri: init.artifactUri ?? `${this.experiments.get(init.experimentId)?.artifactLocation}/${id}/artifacts`,
      tags: new Map(init.tags),
      params: new Map(init.params),
      metrics: new Map(),
      datasets: [...init.datasets ?? []],
      modelOutputs: [...init.modelOutputs ?? []],
    };
    for (const [key, points] of Object.entries(init.metrics ?? {})) {
      for (const point of points) this.logMetric(run, key, point);
    }
    this.insertRun(run);
    return run;
  }

  /** Adds a run object as it is. */
  insertRun(run: WorldRun): void {
    this.runs.set(run.id, run);
    const list = this.#runsOf.get(run.experimentId) ?? [];
    list.push(run);
    this.#runsOf.set(run.experimentId, list);
    this.#unsorted.add(run.experimentId);
  }

  /** Marks a run as deleted, as runs/delete does. */
  deleteRun(id: string): void {
    const run = this.runs.get(id);
    if (run === undefined) throw new RangeError(`Cannot delete run "${id}": there is none`);
    run.lifecycleStage = "deleted";
  }

  /** Logs one point of a metric of a run that lies in memory. */
  logMetric(run: LoggedRun, key: string, point: MetricPoint): void {
    const series = run.metrics.get(key) ?? new LoggedSeries();
    if (!(series instanceof LoggedSeries)) throw new TypeError(`Cannot log to "${key}": its points are generated`);
    series.log(point);
    run.metrics.set(key, series);
  }

  /** The runs of one experiment in MLflow's order: start time falling (none at the end), then id. */
  runsOf(experimentId: string): readonly WorldRun[] {
    const list = this.#runsOf.get(experimentId) ?? [];
    if (this.#unsorted.delete(experimentId)) list.sort(byStartTime);
    return list;
  }

  addModel(init: Pick<WorldModel, "name"> & Partial<Omit<WorldModel, "name" | "versions">>): WorldModel {
    const creationTimestamp = init.creationTimestamp ?? this.now();
    const model: WorldModel = {
      name: init.name,
      creationTimestamp,
      lastUpdatedTimestamp: init.lastUpdatedTimestamp ?? creationTimestamp,
      description: init.description ?? null,
      tags: init.tags ?? new Map(),
      aliases: init.aliases ?? new Map(),
      versions: [],
    };
    this.models.set(model.name, model);
    return model;
  }

  addModelVersion(model: WorldModel, init: NewModelVersion): WorldModelVersion {
    const creationTimestamp = init.creationTimestamp ?? this.now();
    const version: WorldModelVersion = {
      name: model.name,
      version: init.version ?? model.versions.reduce((most, { version }) => Math.max(most, version), 0) + 1,
      creationTimestamp,
      lastUpdatedTimestamp: init.lastUpdatedTimestamp ?? creationTimestamp,
      currentStage: init.currentStage ?? "None",
      description: init.description ?? null,
      source: init.source,
      runId: init.runId ?? null,
      status: "READY",
      runLink: "",
      tags: new Map(init.tags),
    };
    model.versions.push(version);
    return version;
  }

  /** A new id of 32 hex digits, the same in every process. */
  newId(): string {
    this.#ids += 1;
    return (BigInt(this.#ids) * 0x9e3779b97f4a7c15f39cc0605cedc835n & (1n << 128n) - 1n).toString(16).padStart(32, "0");
  }
}

/** Orders runs as runs/search does without order_by: start time falling, none at the end, then id. */
export function byStartTime(a: WorldRun, b: WorldRun): number {
  if (a.startTime === null || b.startTime === null) {
    if (a.startTime !== null) return -1;
    if (b.startTime !== null) return 1;
  } else if (a.startTime > b.startTime) {
    return -1;
  } else if (a.startTime < b.startTime) {
    return 1;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
