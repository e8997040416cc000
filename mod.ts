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
 * const { folder, summary } = await exportMlflow({ trackingUrl: mlflow.url, baseDir: `${tmpdir()}/exports` });
 * const to = { kiroframeUrl: kiroframe.url, profilingToken: kiroframe.token };
 * const result = await importToKiroframe({ folder, ...to });
 * if (summary.runs !== result.runs.sent) throw new Error("some runs are missing");
 * ```
 * @module
 */
import { resolve } from "node:path";
import { exportSource } from "./lib/export/exporter.ts";
import type { ExportSummary } from "./lib/export/summary.ts";
import { readAbout, writeAbout } from "./lib/folder/about.ts";
import { ExportFolder } from "./lib/folder/export_folder.ts";
import { importToKiroframe as importFiles } from "./lib/kiroframe/import.ts";
import type { ImportResult } from "./lib/kiroframe/result.ts";
import { Ledger } from "./lib/kiroframe/ledger/mod.ts";
import type { NonFinite } from "./lib/kiroframe/rows/filter.ts";
import { createMlflowSource } from "./lib/mlflow/rest/mod.ts";
import { type Environment } from "./lib/environment.ts";
import { UsageError } from "./lib/errors.ts";
import type { Logger, Progress } from "./lib/logger.ts";
import { VERSION } from "./lib/version.ts";

export * from "./lib/errors.ts";
export type { Environment, ExportSummary, ImportResult, NonFinite };

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
  /** Parent of the dated folder that is made. */
  readonly baseDir: string;
  /** Dataset schema and profile in the rows. @default {true} */
  readonly includeSchemaProfile?: boolean;
  /** models.json. @default {true} */
  readonly exportModels?: boolean;
  /** artifacts/ and the manifest's rows. @default {false} */
  readonly downloadArtifacts?: boolean;
  /** MLflow's own filter for runs. @default {""} */
  readonly runFilter?: string;
  /** Deleted experiments and runs too. @default {false} */
  readonly includeDeleted?: boolean;
  /** Experiments a page of the listing. @default {200} */
  readonly experimentPageSize?: number;
  /** Runs a page of the listing. @default {1000} */
  readonly runPageSize?: number;
  /** Calls in flight at most. @default {8} */
  readonly concurrency?: number;
}

/** What {@linkcode exportMlflow} made. */
export interface MlflowExport {
  /** The folder's absolute path. */
  readonly folder: string;
  /** What summary.json says. */
  readonly summary: ExportSummary;
}

/** Exports an MLflow tracking server to a new dated folder. Rejects with an AppError; the folder is kept then. */
export async function exportMlflow(options: ExportMlflowOptions): Promise<MlflowExport> {
  const { trackingUrl, experimentPageSize = 200, runPageSize = 1000, concurrency = 8, env = {}, signal } = options;
  const { includeSchemaProfile = true, exportModels = true, downloadArtifacts = false } = options;
  const { runFilter = "", includeDeleted = false } = options;
  const logger = loggerOf(options);
  const common = { logger, ...(signal === undefined ? {} : { signal }) };
  const source = await createMlflowSource({
    trackingUrl,
    env,
    experimentPageSize,
    runPageSize,
    concurrency,
    ...common,
  });
  try {
    const folder = await ExportFolder.create(resolve(options.baseDir));
    try {
      const what = { includeSchemaProfile, exportModels, downloadArtifacts };
      await writeAbout(folder.path, {
        importer_version: VERSION,
        import_source: source.importSource,
        import_source_id: source.sourceId,
        tracking_url: source.displayUrl,
        options: { ...what, runFilter, includeDeleted },
      });
      const query = { filter: runFilter, includeDeleted };
      const summary = await exportSource({ source, folder, ...what, query, progress: progressOf(options), ...common });
      return { folder: folder.path, summary };
    } finally {
      await folder.close();
    }
  } finally {
    await source.close();
  }
}

/** What {@linkcode importToKiroframe} takes. */
export interface ImportToKiroframeOptions extends JobOptions {
  /** The folder of an export. */
  readonly folder: string;
  /** Kiroframe's base URL. */
  readonly kiroframeUrl: string;
  /** Sent as x-api-key. */
  readonly profilingToken: string;
  /** Experiments sent side by side. @default {8} */
  readonly concurrency?: number;
  /** What is sent for NaN and the infinities. @default {"omit"} */
  readonly nonFinite?: NonFinite;
}

/**
 * Sends a folder to Kiroframe: what it has not acknowledged yet. Resolves when every row was tried, with those that failed counted.
 * Rejects with an AppError where it had to end early; what was acknowledged is remembered in the folder.
 */
export async function importToKiroframe(options: ImportToKiroframeOptions): Promise<ImportResult> {
  const { kiroframeUrl, profilingToken, nonFinite = "omit", concurrency, env, signal } = options;
  const path = resolve(options.folder);
  const about = await readAbout(path);
  if (about === null) throw new UsageError(`Cannot import ${path}: no export.json in it says what it is an export of`);
  const folder = await ExportFolder.open(path);
  try {
    const origin = { importSource: about.import_source, sourceId: about.import_source_id };
    return await importFiles({
      ...origin,
      experimentsPath: folder.file("experiments"),
      runsPath: folder.file("runs"),
      modelsPath: folder.file("models"),
      kiroframeUrl,
      profilingToken,
      nonFinite,
      concurrency,
      env,
      signal,
      ledger: new Ledger(folder.state.database, { kiroframeUrl, profilingToken, sourceId: origin.sourceId }),
      logger: loggerOf(options),
      progress: progressOf(options),
    });
  } finally {
    await folder.close();
  }
}

function loggerOf({ onLog }: JobOptions): Logger {
  const tell = (level: LogEvent["level"]) => (message: string): void => onLog?.({ level, message });
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
    stop(): void {},
  };
}
