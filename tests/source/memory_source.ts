/** A world as a Source, with nothing between: the seam asks for nothing that only a server has. */
import { UsageError } from "../../lib/errors.ts";
import type {
  Experiment,
  History,
  Int64,
  ReadingEstimate,
  Run,
  RunQuery,
  RunRecord,
  RunSelection,
  Source,
} from "../../lib/source/mod.ts";
import type { World } from "../../sandbox/world/mod.ts";
import type { MetricSeries, WorldRun } from "../../sandbox/world/types.ts";

/** Its filter language has two sentences, and no more than a test needs. */
const FILTERS: Readonly<Record<string, (run: Run) => boolean>> = {
  "attributes.status = 'FAILED'": ({ status }) => status === "FAILED",
  "metrics.one < 0 and tags.nothing = 'x'": ({ tags }) => tags.get("nothing") === "x",
};

export function memorySource(world: World): Source {
  const isActive = ({ lifecycleStage }: { readonly lifecycleStage: string }): boolean => lifecycleStage === "active";
  function runsOf({ id }: Experiment, selection: RunSelection): WorldRun[] {
    const { includeDeleted = false, sinceMs, untilMs, filter = "" } = selection;
    return [...world.runs.values()].filter((run) =>
      run.experimentId === id && (includeDeleted || isActive(run)) && (FILTERS[filter]?.(toRun(run)) ?? true) &&
      (sinceMs == null || Number(run.startTime) >= sinceMs) && (untilMs == null || Number(run.startTime) < untilMs)
    ).sort((a, b) => Number(b.startTime) - Number(a.startTime) || (a.id < b.id ? -1 : 1));
  }
  return {
    identity: { importSource: "memory", name: "Memory", sourceId: "0", displayUrl: "memory:" },
    version: null,
    calls: 0,
    warnings: () => Promise.resolve([]),
    async *experiments({ includeDeleted = false } = {}): AsyncGenerator<Experiment> {
      yield* [...world.experiments.values()].filter((one) => includeDeleted || isActive(one))
        .reverse();
    },
    checkSelection: (_experiments, { filter = "" }) =>
      filter === "" || filter in FILTERS ? Promise.resolve() : Promise.reject(new UsageError("no such filter")),
    runCounts: (experiments, selection = {}) =>
      Promise.resolve(
        new Map(experiments.map((one) => [one.id, 2 ** Math.floor(Math.log2(runsOf(one, selection).length))])),
      ),
    async *listedRuns(experiments, query = {}): AsyncGenerator<Run> {
      for (const one of experiments) yield* runsOf(one, query).map(toRun);
    },
    async *runs(experiments, query: RunQuery = {}): AsyncGenerator<RunRecord> {
      for (const experiment of experiments) {
        for (const one of runsOf(experiment, query)) {
          const run = toRun(one);
          if (query.isDone?.(run)) continue;
          yield {
            experiment,
            run,
            histories: new Map([...one.metrics].map(([key, series]) => [key, historyOf(series)])),
          };
        }
      }
    },
    async estimate(experiments, query): Promise<ReadingEstimate> {
      let [runs, known, histories, points] = [0, 0, 0, 0];
      for await (const record of this.runs(experiments, query)) {
        runs++;
        if (query.needsHistories?.(record.run) === false) known++;
        else {
          histories += record.histories.size;
          points += await query.take(record);
        }
      }
      const isCounted = true;
      return { runs, known, histories, points, isCounted, calls: 0, ms: 0, sampled: runs - known };
    },
    models: () =>
      Promise.resolve(
        [...world.models.values()].filter(({ tags }) => !tags.has("mlflow.prompt.is_prompt")).map((model) => ({
          ...model,
          description: model.description ?? "",
          created: model.creationTimestamp,
          lastUpdated: model.lastUpdatedTimestamp,
          versions: model.versions.toReversed().map((one) => ({
            ...one,
            version: String(one.version),
            created: one.creationTimestamp,
            lastUpdated: one.lastUpdatedTimestamp,
            aliases: [...model.aliases].filter(([_alias, version]) => version === one.version).map(([alias]) => alias),
          })),
        })),
      ),
    artifacts: () => Promise.resolve([]),
    probes: () => [],
    close: () => Promise.resolve(),
  };
}

function historyOf(series: MetricSeries): History {
  return Array.from({ length: series.length }, (_, index) => series.at(index));
}

function toRun(run: WorldRun): Run {
  return {
    ...run,
    startTime: run.startTime as Int64,
    metrics: new Map([...run.metrics].map(([key, series]) => [key, series.latest().value])),
    datasets: run.datasets.map(({ tags, ...dataset }) => ({
      ...dataset,
      context: tags.get("mlflow.data.context") ?? null,
    })),
    modelIds: run.modelOutputs.map(({ modelId }) => modelId),
  };
}
