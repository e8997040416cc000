/**
 * The export as a job: a source, a folder, and the order in which they are opened.
 * @module
 */
import type { ExportSummary } from "../export/state/summary.ts";
import { checkBaseDir } from "../folder/base_dir.ts";
import type { SyncMark } from "../folder/about.ts";
import type { ExportFolder } from "../folder/export_folder.ts";
import type { PreviousFolder } from "../folder/previous.ts";
import { checkPrivacyRules, type PrivacyRules, privateSource } from "../source/privacy.ts";
import type { SourceIdentity } from "../source/mod.ts";
import type { JobContext } from "./context.ts";
import { count, exportFailures, factsOf } from "./outcome.ts";
import { loadReport } from "./report.ts";
import { type GivenRows, rowOptionsOf, selectionOf } from "./folder/row_options.ts";
import { type AnySourceOptions, type ImportType, SOURCES } from "./sources.ts";

/** What is exported from where to where. */
export interface ExportJob {
  /** Kind of the source. */
  readonly importType: ImportType;
  /** How it is reached and read. */
  readonly source: Omit<AnySourceOptions, "logger" | "progress" | "signal" | "hide">;
  /** What is in the rows, as far as it was given: a folder that is gone on with has its own. */
  readonly rows: GivenRows;
  /** What is taken out of them. */
  readonly privacy: PrivacyRules;
  /** Parent of the dated folder. */
  readonly baseDir: string;
  /** The folder to go on with: its path, "latest" or "auto". @default {none: a new one} */
  readonly resume?: string;
  /** A finished folder of the same source: histories and artifacts that are still the same are taken over. @default {none} */
  readonly previous?: string;
  /** traces.jsonl. @default {false} */
  readonly exportTraces?: boolean;
  /** The spans of the traces too. @default {false} */
  readonly traceSpans?: boolean;
  /** metrics.parquet, params.parquet and runs.parquet. @default {false} */
  readonly parquet?: boolean;
  /** A report of the folder follows: what makes it is loaded while the source answers. @default {false} */
  readonly report?: boolean;
  /** Marks a new folder as one that `sync` made. @default {none} */
  readonly sync?: SyncMark;
}

/** An export that has just ended, its folder still open. */
export interface Exported {
  /** Where it is. */
  readonly folder: ExportFolder;
  /** Where it came from. */
  readonly identity: SourceIdentity;
  /** What it did. */
  readonly summary: ExportSummary;
}

/** What {@linkcode runExport} resolves with. */
export interface ExportOutcome {
  /** The folder's absolute path. */
  readonly folderPath: string;
  /** What the export did. */
  readonly summary: ExportSummary;
  /** What is missing, in words: histories, artifacts, and what the work after the export told. */
  readonly failures: readonly string[];
}

/** What follows an export while its folder is open: resolves with what failed, in words. */
export type AfterExport = (exported: Exported) => Promise<readonly string[]>;

/**
 * Exports into a new folder, or goes on with one; then does what follows. Rejects with an AppError. Everything that can be refused is
 * asked before there is a folder, so that neither a UsageError nor a server that does not answer leaves one behind.
 */
export async function runExport(job: ExportJob, context: JobContext, after: AfterExport): Promise<ExportOutcome> {
  const { logger, progress, signal, redact, hide } = context;
  const address = await (await SOURCES[job.importType]()).locate({ ...job.source, logger, progress, signal, hide });
  hide(address.secrets);
  checkPrivacyRules(job.privacy);
  const wanted = rowOptionsOf(job.rows, job.privacy);
  const place = { baseDir: job.baseDir, identity: address.identity, wanted, sync: job.sync };
  const resumed = job.resume === undefined
    ? null
    : await (await folders()).openResumed(job.resume, { ...place, given: job.rows, logger });
  let folder = resumed?.folder;
  let previous: PreviousFolder | undefined;
  try {
    if (folder === undefined) await checkBaseDir(job.baseDir);
    else openLog(folder, context);
    const { identity } = address;
    context.tell({ source: { name: identity.name, version: null, url: identity.displayUrl } });
    progress.start(`Asking ${identity.name}`);
    const source = privateSource(await address.connect(), job.privacy);
    try {
      context.tell({ source: { name: identity.name, version: source.version, url: identity.displayUrl } });
      const options = resumed?.options ?? wanted;
      const which = { selection: selectionOf(options), shard: options.shard ?? undefined };
      // What is not needed to ask is loaded while MLflow answers, not before.
      const { chooseExperiments } = await import("../export/order/experiments.ts");
      const chosen = resumed === null ? await chooseExperiments(source, { ...which, signal }) : undefined;
      folder ??= await (await folders()).createFolder(place);
      openLog(folder, context);
      const warning = await (await import("./sent/twins.ts")).twinWarning(folder.path, address.identity);
      if (warning !== null) logger.warn(warning);
      logger.info(`${resumed === null ? "Prepared" : "Resuming in"} working directory: ${folder.path}`);
      // A sync finds by itself what to go on with.
      const isSync = job.sync !== undefined;
      context.advise(`Go on with the same command${isSync ? "" : ` and --resume ${folder.path}`}`, {
        sameWith: isSync ? [] : ["--resume", folder.path],
      });
      const { exportSource } = await import("../export/exporter.ts");
      if (job.previous !== undefined) previous = await openPrevious(job.previous, context);
      const exporting = exportSource({
        source,
        folder,
        ...options,
        ...which,
        exportTraces: job.exportTraces,
        traceSpans: job.traceSpans,
        parquet: job.parquet,
        chosen,
        previous,
        redact,
        logger,
        progress,
        signal,
      });
      if (job.report) loadReport();
      const summary = await exporting;
      context.advise(undefined);
      context.tell(factsOf(summary));
      const { runs, experiments } = summary;
      logger.info(`Exported ${count(runs, "run")} of ${count(experiments.length, "experiment")} to ${folder.path}`);
      const failures = [...exportFailures(summary), ...await after({ folder, identity, summary })];
      (await folders()).markEnded(folder);
      return { folderPath: folder.path, summary, failures };
    } finally {
      await source.close();
    }
  } finally {
    progress.stop();
    await previous?.close();
    await folder?.close();
  }
}

function openLog(folder: ExportFolder, context: JobContext): void {
  context.openLog(folder.file("log"));
  context.tell({ folder: folder.path });
}

/** Opens a folder to take over from; undefined, and said, where that cannot be. */
export async function openPrevious(path: string, { logger }: JobContext): Promise<PreviousFolder | undefined> {
  const { PreviousFolder } = await import("../folder/previous.ts");
  const previous = await PreviousFolder.open(path);
  if (previous === null) logger.warn(`Cannot take anything over from ${path}: all is read again`);
  return previous ?? undefined;
}

function folders(): Promise<typeof import("./folder/open.ts")> {
  return import("./folder/open.ts");
}
