/** A source in memory, for tests of what lies behind it. */
import type {
  ArtifactFile,
  Dataset,
  Experiment,
  Extras,
  History,
  LoggedModel,
  LoggedModelMetric,
  RegisteredModel,
  Run,
  RunQuery,
  RunRecord,
  Source,
  Trace,
} from "../../lib/source/mod.ts";

export function experiment(id: string, given: Partial<Experiment> = {}): Experiment {
  return {
    id,
    name: `experiment ${id}`,
    artifactLocation: `mlflow-artifacts:/${id}`,
    lifecycleStage: "active",
    tags: new Map(),
    ...given,
  };
}

export function run(id: string, given: Partial<Run> = {}): Run {
  return {
    id,
    experimentId: "1",
    status: "FINISHED",
    lifecycleStage: "active",
    startTime: 1_700_000_000_000,
    endTime: 1_700_000_001_500,
    artifactUri: `mlflow-artifacts:/1/${id}/artifacts`,
    tags: new Map(),
    params: new Map(),
    metrics: new Map(),
    datasets: [],
    modelIds: [],
    ...given,
  };
}

export function dataset(name: string, given: Partial<Dataset> = {}): Dataset {
  return {
    name,
    digest: "0123456789abcdef",
    sourceType: "local",
    source: "{}",
    schema: null,
    profile: null,
    context: null,
    ...given,
  };
}

export function loggedModel(id: string, given: Partial<LoggedModel> = {}): LoggedModel {
  return {
    id,
    experimentId: "1",
    name: `model ${id}`,
    status: "READY",
    modelType: null,
    sourceRunId: null,
    artifactLocation: `mlflow-artifacts:/1/models/${id}/artifacts`,
    created: 1_700_000_000_000,
    lastUpdated: 1_700_000_000_500,
    tags: new Map(),
    params: new Map(),
    metrics: [],
    ...given,
  };
}

export function modelMetric(key: string, given: Partial<LoggedModelMetric> = {}): LoggedModelMetric {
  return { key, value: 1, step: 0, timestamp: 1, runId: null, datasetName: null, datasetDigest: null, ...given };
}

export function trace(id: string, given: Partial<Trace> = {}): Trace {
  return {
    id,
    experimentId: "1",
    clientRequestId: null,
    state: "OK",
    requestTime: 1_700_000_000_000,
    durationMs: 5,
    requestPreview: null,
    responsePreview: null,
    metadata: new Map(),
    tags: new Map(),
    assessments: [],
    ...given,
  };
}

export function record(given: Run, histories: Record<string, History> = {}): RunRecord {
  return { experiment: experiment(given.experimentId), run: given, histories: new Map(Object.entries(histories)) };
}

export interface FakeWorld {
  readonly experiments: readonly Experiment[];
  /** Of every experiment, newest first. */
  readonly runs: readonly Run[];
  readonly models?: readonly RegisteredModel[];
  /** @default {none} */
  readonly extras?: Extras;
  readonly artifacts?: (run: Run) => Promise<readonly ArtifactFile[]>;
  /** The history of one metric. @default one point of the latest value */
  readonly history?: (run: Run, key: string) => History;
  /** By experiment id: how many of its runs are given before it turns out that they cannot be listed, and with which status. */
  readonly unlistable?: ReadonlyMap<string, { readonly after: number; readonly status: number | null }>;
  /** Experiments that can be listed, but not for totals. */
  readonly uncountable?: ReadonlySet<string>;
  /** Called before each run is given. */
  readonly beforeRun?: (run: Run) => void | Promise<void>;
}

export function fakeSource(world: FakeWorld): Source {
  return {
    identity: { importSource: "mlflow", name: "MLflow", sourceId: "0123456789", displayUrl: "http://localhost:5000" },
    version: "3.17.2",
    calls: 0,
    estimate: () => Promise.reject(new Error("nobody should ask")),
    extras: world.extras,
    warnings: () => Promise.resolve([]),
    async *experiments(): AsyncGenerator<Experiment> {
      yield* world.experiments;
    },
    checkSelection: () => Promise.resolve(),
    async *listedRuns(experiments, query = {}): AsyncGenerator<Run> {
      for (const each of experiments) {
        if (world.uncountable?.has(each.id)) query.onFailure?.({ experiment: each, status: 500, error: "damaged" });
        else yield* world.runs.filter(({ experimentId }) => experimentId === each.id);
      }
    },
    runCounts: (experiments) =>
      Promise.resolve(
        new Map(experiments.map(({ id }) => [id, world.runs.filter((one) => one.experimentId === id).length])),
      ),
    async *runs(experiments: readonly Experiment[], query: RunQuery = {}): AsyncGenerator<RunRecord> {
      for (const each of experiments) {
        const fault = world.unlistable?.get(each.id);
        for (const one of world.runs.filter(({ experimentId }) => experimentId === each.id).slice(0, fault?.after)) {
          if (query.isDone?.(one)) continue;
          if (query.sinceMs != null && one.startTime < query.sinceMs) continue;
          if (query.untilMs != null && one.startTime >= query.untilMs) continue;
          if (query.filter && one.tags.get("kind") !== query.filter) continue;
          await world.beforeRun?.(one);
          const histories = [...one.metrics].map(([key, value]): [string, History] => [
            key,
            world.history?.(one, key) ?? [{ step: 0, timestamp: one.startTime, value }],
          ]);
          yield { experiment: each, run: one, histories: new Map(histories) };
        }
        if (fault !== undefined) query.onFailure?.({ experiment: each, status: fault.status, error: "damaged" });
      }
    },
    models: () => Promise.resolve(world.models ?? []),
    artifacts: (one: Run) => world.artifacts?.(one) ?? Promise.resolve([]),
    probes: () => [],
    close: () => Promise.resolve(),
  };
}
