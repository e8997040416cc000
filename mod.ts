/**
 * kiroframe-importer as a library: the same export and import, with typed options, an AbortSignal, and progress as events.
 * Nothing of the process is touched: no output, no environment, no exit code, no signal handlers.
 *
 * @example
 * ```ts
 * import { exportMlflow, importToKiroframe } from "./mod.ts";
 * import { startKiroframeSandbox } from "./sandbox/kiroframe/mod.ts";
 * import { startMlflowSandbox } from "./sandbox/mlflow/mod.ts";
 * import { digitsWorld } from "./sandbox/world/digits.ts";
 * import { tmpdir } from "node:os";
 *
 * await using mlflow = await startMlflowSandbox({ world: digitsWorld() });
 * await using kiroframe = await startKiroframeSandbox();
 *
 * const { folderPath, summary } = await exportMlflow({ trackingUrl: mlflow.url, baseDir: `${tmpdir()}/exports` });
 * const to = { kiroframeUrl: kiroframe.url, profilingToken: kiroframe.token };
 * const { result } = await importToKiroframe({ folder: folderPath, ...to });
 * if (summary.runs !== result.runs.sent) throw new Error("some runs are missing");
 * ```
 * @module
 */
import { dirname } from "node:path";
import type { Environment } from "./lib/environment.ts";
import { type ExportOutcome, runExport } from "./lib/jobs/export.ts";
import { type ImportOutcome, runImport } from "./lib/jobs/import.ts";
import { runMerge } from "./lib/jobs/merge.ts";
import { runReport } from "./lib/jobs/report.ts";
import type { JobContext } from "./lib/jobs/context.ts";
import type { Shard } from "./lib/export/order/shard.ts";
import type { NonFinite } from "./lib/kiroframe/rows/filter.ts";
import type { Logger, Progress } from "./lib/logger.ts";
import { pathsOf } from "./lib/folder/layout.ts";
import { createRedactor } from "./lib/terminal/redact.ts";

export * from "./lib/errors.ts";
export type { ExtraCount, ExtraCounts, ExtraKind } from "./lib/export/state/extras.ts";
export type { ExportSummary, WrittenExperiment } from "./lib/export/state/summary.ts";
export type { ExportCounts, FailedExperiment, FinishedExperiment } from "./lib/export/state/progress.ts";
export type { FileFacts } from "./lib/folder/inspect.ts";
export type { FailedRow, ImportResult, RowCounts } from "./lib/kiroframe/result.ts";
export type { ImportType } from "./lib/kiroframe/rows/payload.ts";
export type { Environment, ExportOutcome, ImportOutcome, NonFinite, Shard };

/** What both halves take. */
export interface JobOptions {
  /** Ends the work when it is aborted: it rejects, and what was done is kept. */
  readonly signal?: AbortSignal;
  /** Told how far the work is, at every row. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Told what the program would log. */
  readonly onLog?: (event: LogEvent) => void;
  /** Credentials, certificates and proxies by MLflow's variable names; the process's own are not read. @default {{}} */
  readonly env?: Environment;
}

/** How far a piece of work is. */
export interface ProgressEvent {
  /** "Exporting runs", "Importing runs", … */
  readonly work: string;
  /** Rows done. */
  readonly done: number;
  /** Rows in all, where that is known. */
  readonly total?: number;
}

/** One record of the log. */
export interface LogEvent {
  /** How much it matters. */
  readonly level: "debug" | "info" | "warn" | "error";
  /** The text; may quote names from the server, unescaped. */
  readonly message: string;
}

/** What {@linkcode exportMlflow} takes. */
export interface ExportMlflowOptions extends JobOptions {
  /** MLflow tracking URL, http or https, perhaps with user and password. */
  readonly trackingUrl: string;
  /** Sent with every call to the server's own origin: what a gateway before it wants. Their values are secrets. @default {{}} */
  readonly headers?: Readonly<Record<string, string>>;
  /** The store that the server serves, as its --backend-store-uri: rows come from there. @default {none: they come from the server} */
  readonly store?: string;
  /** Parent of the dated folder that is made. */
  readonly baseDir: string;
  /**
   * The folder to go on with: its path, "latest" in `baseDir`, or "auto": the newest of this source and these options if it did not end,
   * else a new one. A folder keeps the options it was begun with: others that are given here are refused. @default {none: a new one}
   */
  readonly resume?: string;
  /** Dataset schema and profile in the rows. @default {true} */
  readonly includeSchemaProfile?: boolean;
  /** models.json. @default {true} */
  readonly exportModels?: boolean;
  /** artifacts/ and the manifest's rows. @default {false} */
  readonly downloadArtifacts?: boolean;
  /** MLflow 3's traces, in traces.jsonl; else they are only counted. @default {false} */
  readonly exportTraces?: boolean;
  /** The spans of the traces too, at the cost of a call each. @default {false} */
  readonly traceSpans?: boolean;
  /** metrics.parquet, params.parquet and runs.parquet. @default {false} */
  readonly parquet?: boolean;
  /** Names of experiments, or patterns with * and ?. @default {[]} all */
  readonly experiments?: readonly string[];
  /** Only runs started at or after this. @default {none} */
  readonly since?: Date;
  /** Only runs started before this. @default {none} */
  readonly until?: Date;
  /** MLflow's own filter for runs. @default {""} */
  readonly runFilter?: string;
  /** Deleted experiments and runs too. @default {false} */
  readonly includeDeleted?: boolean;
  /** One part of the experiments, for one of many machines; {@linkcode mergeFolders} makes one folder of all. @default {1 of 1} */
  readonly shard?: Shard;
  /** Regular expressions: text that matches is replaced, in names, values and descriptions. @default {[]} */
  readonly redact?: readonly string[];
  /** Tags left out, by key or pattern. @default {[]} */
  readonly excludeTags?: readonly string[];
  /** Params left out, by key or pattern. @default {[]} */
  readonly excludeParams?: readonly string[];
  /** Experiments a page of the listing. @default {200} */
  readonly experimentPageSize?: number;
  /** Runs a page of the listing. @default {1000} */
  readonly runPageSize?: number;
  /** Calls in flight at most. @default {8} */
  readonly concurrency?: number;
}

/**
 * Exports an MLflow tracking server to a new dated folder, or goes on with one that an earlier call, or the command, began.
 * Resolves with what failed in words; rejects with an AppError, and the folder can be resumed then.
 */
export async function exportMlflow(options: ExportMlflowOptions): Promise<ExportOutcome> {
  const { trackingUrl, headers, store, experimentPageSize = 200, runPageSize = 1000, concurrency = 8, env = {} } =
    options;
  const { includeSchemaProfile, exportModels, downloadArtifacts, includeDeleted, experiments, runFilter, shard } =
    options;
  const { since, until, redact = [], excludeTags = [], excludeParams = [] } = options;
  const [sinceMs, untilMs] = [since?.getTime(), until?.getTime()];
  const job = {
    importType: "mlflow",
    source: { trackingUrl, headers, store, env, experimentPageSize, runPageSize, concurrency },
    rows: {
      includeSchemaProfile,
      exportModels,
      downloadArtifacts,
      includeDeleted,
      experiments,
      sinceMs,
      untilMs,
      runFilter,
      shard,
    },
    privacy: { redact, excludeTags, excludeParams },
    exportTraces: options.exportTraces,
    traceSpans: options.traceSpans,
    parquet: options.parquet,
    baseDir: options.baseDir,
    resume: options.resume,
  } as const;
  return await runExport(job, contextOf(options), () => Promise.resolve([]));
}

/** What {@linkcode importToKiroframe} takes. */
export interface ImportToKiroframeOptions extends JobOptions {
  /** The folder of an export. */
  readonly folder: string;
  /** Kiroframe's base URL. */
  readonly kiroframeUrl: string;
  /** Sent as x-api-key. */
  readonly profilingToken: string;
  /** The tracking URL of a folder that does not name it itself: one that the Python importer made. @default {none} */
  readonly trackingUrl?: string;
  /** Experiments sent side by side. @default {8} */
  readonly concurrency?: number;
  /** What is sent for NaN and the infinities. @default {"omit"} */
  readonly nonFinite?: NonFinite;
  /** More failed rows than this end the import. @default {Infinity} */
  readonly maxFailures?: number;
  /** Points of each metric that are sent, at most. @default {Infinity} */
  readonly maxHistoryPoints?: number;
  /** Send only what Kiroframe did not acknowledge yet, from whichever folder of the same parent. @default {false} */
  readonly onlyChanged?: boolean;
}

/**
 * Sends a folder to Kiroframe: what it has not acknowledged yet. Resolves when every row was tried, with those that failed counted.
 * Rejects with an AppError where it had to end early; what was acknowledged is remembered in the folder.
 */
export async function importToKiroframe(options: ImportToKiroframeOptions): Promise<ImportOutcome> {
  const { folder: path, trackingUrl, kiroframeUrl, profilingToken, nonFinite = "omit", env = {} } = options;
  const { concurrency, maxFailures, maxHistoryPoints, onlyChanged } = options;
  const origin = trackingUrl === undefined ? undefined : { importType: "mlflow", trackingUrl } as const;
  const context = contextOf(options);
  context.hide([profilingToken]);
  const how = { concurrency, nonFinite, maxFailures, maxHistoryPoints, onlyChanged };
  return await runImport({ path, origin }, { kiroframeUrl, profilingToken, env, ...how }, context);
}

/** What {@linkcode mergeFolders} takes. */
export interface MergeFoldersOptions extends JobOptions {
  /** The folders of all shards. */
  readonly folders: readonly string[];
  /** Parent of the dated folder that is made. */
  readonly baseDir: string;
  /** metrics.parquet, params.parquet and runs.parquet. @default {as the shards have them} */
  readonly parquet?: boolean;
}

/** Makes one folder of the shards that {@linkcode exportMlflow} wrote: the files equal those of one export. Rejects with an AppError. */
export async function mergeFolders(options: MergeFoldersOptions): Promise<ExportOutcome> {
  return await runMerge(options.folders, options, contextOf(options));
}

/** What {@linkcode writeReport} takes. */
export interface WriteReportOptions extends JobOptions {
  /** The folder of an export. */
  readonly folder: string;
}

/**
 * Writes report.html into a folder, anew where there is one: the export as a page that opens from disk. Resolves with its path; rejects
 * with a UsageError where there is no export. {@linkcode exportMlflow} and {@linkcode mergeFolders} write none.
 */
export async function writeReport(options: WriteReportOptions): Promise<string> {
  return await runReport(options.folder, contextOf(options));
}

function contextOf(options: JobOptions): JobContext {
  const { add, keep, redact } = createRedactor();
  const { signal } = options;
  return {
    logger: loggerOf(options, redact),
    progress: progressOf(options),
    signal,
    hide: add,
    redact,
    openLog: (path) => keep(pathsOf(dirname(path))),
    tell(): void {},
    advise(): void {},
  };
}

function loggerOf({ onLog }: JobOptions, redact: (text: string) => string): Logger {
  const tell = (level: LogEvent["level"]) => (message: string): void => onLog?.({ level, message: redact(message) });
  return { debug: tell("debug"), info: tell("info"), warn: tell("warn"), error: tell("error") };
}

function progressOf({ onProgress }: JobOptions): Progress {
  let event: ProgressEvent = { work: "", done: 0 };
  return {
    start(work, total): void {
      event = { work, done: 0, total };
      onProgress?.(event);
    },
    advance(count = 1): void {
      event = { ...event, done: event.done + count };
      onProgress?.(event);
    },
    detail(): void {},
    count(): void {},
    failed(): void {},
    expectExperiments(): void {},
    waiting: () => () => {},
    throttled(): void {},
    stop(): void {},
  };
}
