/**
 * The plan as a job: what an export would read, write and send, and how long it would take. Nothing is written or sent.
 * @module
 */
import { Buffer } from "node:buffer";
import { chooseExperiments } from "../../export/order/experiments.ts";
import { leavesRunsOut } from "../../export/state/totals.ts";
import { Takeover } from "../../export/takeover.ts";
import type { PreviousFolder } from "../../folder/previous.ts";
import { modelsJson } from "../../rows/models.ts";
import { withChanges } from "../../source/changes.ts";
import type { Plan } from "../../shapes/plan.ts";
import type { Experiment, ExperimentFailure, Run, Source } from "../../source/mod.ts";
import { checkPrivacyRules, privateSource } from "../../source/privacy.ts";
import { EvenSample } from "../../source/sample.ts";
import type { JobContext } from "../context.ts";
import { type ExportJob, openPrevious } from "../export.ts";
import { rowOptionsOf, selectionOf } from "../folder/row_options.ts";
import { SOURCES } from "../sources.ts";
import { estimateArtifacts } from "./artifacts.ts";
import { estimateExtras } from "./extras.ts";
import { freeBytes } from "./free_bytes.ts";
import { RowSizes } from "./row_sizes.ts";

/** What is planned. */
export interface PlanJob {
  readonly export: ExportJob;
  /** Whether the folder would be sent to Kiroframe. */
  readonly sends: boolean;
  /** Whether report.html would be made. */
  readonly reports: boolean;
  /** A finished folder that what is unchanged would be taken over from. @default {none} */
  readonly previous?: string;
  /** Milliseconds for which runs are read to measure by. @default {4000} */
  readonly sampleMs?: number;
  /** Milliseconds that the program took until it began with this: an export begins no sooner. @default {as on an idle machine} */
  readonly startMs?: number;
}

/** What {@linkcode runPlan} resolves with. */
export interface PlanOutcome {
  /** Kind of the source: "MLflow". */
  readonly name: string;
  /** The server's version, null where it does not tell. */
  readonly version: string | null;
  /** Its address without credentials. */
  readonly url: string;
  readonly plan: Plan;
}

/** Bytes of an experiment, about: in the files of rows, and in report.html. */
const EXPERIMENT_BYTES = 1_000;
const REPORTED_BYTES = 2_000;

/** Runs whose artifacts are listed to reckon by. */
const ARTIFACT_RUNS = 40;

/** Makes a plan. Rejects with an AppError: what an export would be refused for, its plan is. */
export async function runPlan(job: PlanJob, context: JobContext): Promise<PlanOutcome> {
  const { logger, progress, signal, hide } = context;
  const address = await (await SOURCES[job.export.importType]()).locate({
    ...job.export.source,
    logger,
    progress,
    signal,
    hide,
  });
  hide(address.secrets);
  checkPrivacyRules(job.export.privacy);
  const options = rowOptionsOf(job.export.rows, job.export.privacy);
  progress.start("Planning");
  try {
    const { name, displayUrl: url } = address.identity;
    context.tell({ source: { name, version: null, url } });
    const source = privateSource(await address.connect(), job.export.privacy);
    try {
      const { version } = source;
      context.tell({ source: { name, version, url } });
      const previous = job.previous === undefined ? undefined : await openPrevious(job.previous, context);
      const plan = await planOf(source, { job, options, previous, context }).finally(() => previous?.close());
      context.tell({ plan });
      return { name, version, url, plan };
    } finally {
      await source.close();
    }
  } finally {
    progress.stop();
  }
}

interface Planning {
  readonly job: PlanJob;
  readonly options: ReturnType<typeof rowOptionsOf>;
  readonly previous: PreviousFolder | undefined;
  readonly context: JobContext;
}

async function planOf(source: Source, { job, options, previous, context }: Planning): Promise<Plan> {
  const { logger, progress, signal, redact } = context;
  const selection = selectionOf(options);
  let listed = 0;
  const counting = withChanges(source, {
    async *experiments(given): AsyncGenerator<Experiment> {
      for await (const experiment of source.experiments(given)) {
        listed++;
        yield experiment;
      }
    },
  });
  const { shard } = options;
  const chosen = await chooseExperiments(counting, { selection, shard: shard ?? undefined, signal });
  for (const warning of await source.warnings()) logger.warn(warning);
  const otherCalls = source.calls;

  const failures = new Map<string, ExperimentFailure>();
  const onFailure = (failure: ExperimentFailure): void => void failures.set(failure.experiment.id, failure);
  const countable = (): Experiment[] => chosen.experiments.filter(({ id }) => !failures.has(id));
  const runsMs = stopwatch();
  let whole: number | undefined;
  if (leavesRunsOut(selection)) {
    // An export lists them, too: an experiment's row describes the whole experiment.
    whole = 0;
    for await (const _run of source.listedRuns(countable(), { includeDeleted: selection.includeDeleted, onFailure })) {
      whole++;
    }
  }
  const totalsMs = runsMs();
  const totalsCalls = source.calls - otherCalls;
  const sizes = new RowSizes(options);
  const someRuns = new EvenSample<Run>(ARTIFACT_RUNS, 1);
  const takeover = previous && new Takeover(previous);
  let takenBytes = 0;
  const reading = await source.estimate(countable(), {
    ...selection,
    needsHistories: takeover && ((run) => {
      if (!takeover.takes(run)) return true;
      takenBytes += takeover.histories(run)?.part.length ?? 0;
      return false;
    }),
    onFailure,
    sampleMs: job.sampleMs,
    take: async (record) => {
      signal?.throwIfAborted();
      progress.detail(record.experiment.name);
      progress.advance();
      someRuns.add(record.run);
      return await sizes.take(record);
    },
  });

  const models = options.exportModels && (shard?.index ?? 1) === 1 ? await modelsOf(source) : null;
  const extras = await estimateExtras(source, {
    experiments: countable(),
    isFirst: (shard?.index ?? 1) === 1,
    exportTraces: job.export.exportTraces ?? false,
    traceSpans: job.export.traceSpans ?? false,
    signal,
  });
  const artifacts = options.downloadArtifacts
    ? await estimateArtifacts(source, someRuns.items, { runs: reading.runs, signal })
    : null;
  const { runs, known, points } = reading;
  const bytes = sizes.bytesOf({ runs, points });
  const exported = chosen.experiments.length - failures.size;
  const bytesEach = EXPERIMENT_BYTES + (job.reports ? REPORTED_BYTES : 0);
  const written = bytes.written + takenBytes + exported * bytesEach + (models?.bytes ?? 0) + extras.bytes;
  const own = sizes.msFor({ runs, bytes: written, reports: job.reports, startMs: job.startMs });
  const seconds = {
    runs: (totalsMs + sideBySide(reading.ms, own.writing)) / 1000,
    models: ((models?.ms ?? 0) + extras.ms) / 1000,
    artifacts: (artifacts?.ms ?? 0) / 1000,
    finishing: own.finishing / 1000,
  };
  const calls = {
    runs: totalsCalls + reading.calls,
    models: (models?.calls ?? 0) + extras.calls,
    artifacts: artifacts?.calls ?? 0,
    other: otherCalls,
  };
  const modelRows = (models?.models ?? 0) > 0 ? 1 : 0;
  return {
    experiments: {
      exported,
      left_out_by_name: listed - chosen.listed.length,
      left_out_by_shard: chosen.listed.length - chosen.experiments.length,
    },
    runs: { exported: runs, left_out: Math.max(0, (whole ?? runs) - runs), unchanged: known },
    metrics: reading.histories,
    points,
    points_counted: reading.isCounted,
    sampled_runs: reading.sampled,
    models: models?.models ?? null,
    model_versions: models?.versions ?? null,
    logged_models: extras.found.logged_models,
    prompts: extras.found.prompts,
    traces: extras.found.traces,
    extras: extras.found,
    artifacts: artifacts && { files: artifacts.files, bytes: artifacts.bytes },
    calls: { total: sum(calls), ...calls },
    seconds: { total: rounded(sum(seconds)), ...roundedAll(seconds) },
    disk: { bytes: written + (artifacts?.bytes ?? 0), free_bytes: await freeBytes(job.export.baseDir) },
    kiroframe: job.sends
      ? { rows: exported + runs + modelRows, bytes: bytes.sent + (modelRows === 1 ? models?.bytes ?? 0 : 0) }
      : null,
    unlistable: [...failures.values()].map(({ experiment: { id, name }, error }) => {
      return { experiment_id: id, name, reason: redact(error) };
    }),
  };
}

interface ModelFacts {
  readonly models: number;
  readonly versions: number;
  readonly bytes: number;
  readonly calls: number;
  readonly ms: number;
}

async function modelsOf(source: Source): Promise<ModelFacts> {
  const [before, ms] = [source.calls, stopwatch()];
  const models = await source.models();
  return {
    models: models.length,
    versions: models.reduce((sum, { versions }) => sum + versions.length, 0),
    bytes: Buffer.byteLength(modelsJson(models)),
    calls: source.calls - before,
    ms: ms(),
  };
}

/** How long two things take of which one waits while the other works, and which may be on one machine. */
function sideBySide(oneMs: number, otherMs: number): number {
  return Math.max(oneMs, otherMs) + Math.min(oneMs, otherMs) / 2;
}

/** Returns what tells how long ago it was made, in milliseconds. */
function stopwatch(): () => number {
  const startMs = performance.now();
  return () => performance.now() - startMs;
}

function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(2));
}

function roundedAll<K extends string>(seconds: Readonly<Record<K, number>>): Record<K, number> {
  return Object.fromEntries(Object.entries<number>(seconds).map(([key, value]) => [key, rounded(value)])) as Record<
    K,
    number
  >;
}
