/**
 * The import as a job: a folder, its ledger, and what Kiroframe has after it.
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { finishedExport } from "../export/state/finished.ts";
import { type About, readAbout } from "../folder/about.ts";
import { ExportFolder } from "../folder/export_folder.ts";
import { LAYOUT } from "../folder/layout.ts";
import type { Environment } from "../environment.ts";
import { importToKiroframe } from "../kiroframe/import.ts";
import { openChangeStore } from "../kiroframe/ledger/change_store.ts";
import { Ledger } from "../kiroframe/ledger/mod.ts";
import type { ImportResult } from "../kiroframe/result.ts";
import type { NonFinite } from "../kiroframe/rows/filter.ts";
import type { ImportOrigin } from "../kiroframe/rows/payload.ts";
import { displayOf } from "../mlflow/uri/tracking_uri.ts";
import { visible } from "../visible.ts";
import type { JobContext } from "./context.ts";
import { refuseNoExport } from "./folder/no_export.ts";
import { count } from "./outcome.ts";
import { reconcile } from "./sent/reconcile.ts";
import { type ImportType, SOURCES } from "./sources.ts";
import type { RowIdSets } from "./sent/sync_memory.ts";
import { type Spelling, twinWarning } from "./sent/twins.ts";

/** Where a folder is sent to, and how. */
export interface ImportJob {
  /** Kiroframe's base URL. */
  readonly kiroframeUrl: string;
  /** Sent as x-api-key. */
  readonly profilingToken: string;
  /** Where proxy and certificate variables are. */
  readonly env: Environment;
  /** Experiments sent side by side. @default {8} */
  readonly concurrency?: number;
  /** What is sent for NaN and the infinities. */
  readonly nonFinite: NonFinite;
  /** More failed rows than this end the import. @default {Infinity} */
  readonly maxFailures?: number;
  /** Points of each metric at most. @default {Infinity} */
  readonly maxHistoryPoints?: number;
  /** Send only what Kiroframe did not acknowledge yet, from whichever folder of the same base folder. @default {false} */
  readonly onlyChanged?: boolean;
}

/** What an import left. */
export interface ImportOutcome {
  /** Counts, row by row. */
  readonly result: ImportResult;
  /** What Kiroframe does not have, in words; empty where it has all. */
  readonly failures: readonly string[];
}

/** Which folder an import is of. */
export interface ImportPlace {
  /** The folder of an export. */
  readonly path: string;
  /** Says whose export a folder is that does not say so itself (the reference's). */
  readonly origin?: { readonly importType: ImportType; readonly trackingUrl: string };
}

/**
 * Imports a folder by its path. Rejects with an AppError; a UsageError where it is no finished export, with nothing written then.
 */
export async function runImport(place: ImportPlace, job: ImportJob, context: JobContext): Promise<ImportOutcome> {
  const path = resolve(place.path);
  await refuseNoExport(path, "import");
  const about = await readAbout(path);
  const isThere = (name: keyof typeof LAYOUT): boolean => existsSync(join(path, LAYOUT[name]));
  // An export writes its summary last; the reference's folders have one, too, but no state to tell.
  const isWritten = about === null || isThere("summary");
  if (isWritten) {
    for (const name of ["experiments", "runs"] as const) {
      if (!isThere(name)) throw new UsageError(`Cannot import ${visible(path)}: it holds no ${LAYOUT[name]}`, WHOLE);
    }
    // Opening would make a state.
  } else if (!isThere("state")) throw unfinished(path);
  const origin = await originOf(about, { ...place, path });
  const folder = await ExportFolder.open(path);
  try {
    const isBegun = folder.state.kept("experiments") !== undefined;
    if (!isWritten || (isBegun && finishedExport(folder) === null)) throw unfinished(path);
    context.openLog(folder.file("log"));
    const warning = await twinWarning(path, origin);
    if (warning !== null) context.logger.warn(warning);
    return await importFolder(folder, origin, { job, context });
  } finally {
    await folder.close();
  }
}

/** What {@linkcode importFolder} is told. */
export interface ImportWork {
  /** Where to, and how. */
  readonly job: ImportJob;
  /** Where it tells what it does. */
  readonly context: JobContext;
  /** Given the rows that the folder has, returns those that Kiroframe has and the folder lacks. @default {none is known} */
  readonly goneOf?: (rows: RowIdSets) => RowIdSets;
}

/** The command that imports a folder, a placeholder for the token. */
function importWords(path: string, kiroframeUrl: string): string[] {
  return ["import", path, "--kiroframe-url", displayOf(kiroframeUrl), "--profiling-token", "TOKEN"];
}

const WHOLE = { hint: "Give the path of a whole export folder" };

function unfinished(path: string): UsageError {
  return new UsageError(`Cannot import ${visible(path)}: its export did not finish`, {
    hint: `Finish it first: give the command that began it, and --resume ${visible(path)}`,
  });
}

/** Imports an open folder. Rejects with an AppError. */
export async function importFolder(
  folder: ExportFolder,
  { importSource, sourceId }: ImportOrigin,
  { job, context, goneOf }: ImportWork,
): Promise<ImportOutcome> {
  const { logger, progress, signal, redact } = context;
  context.tell({ kiroframe: { url: displayOf(job.kiroframeUrl) }, folder: folder.path });
  context.advise(`Send the rest with the same Kiroframe options: kiroframe-importer import ${folder.path}`, {
    words: importWords(folder.path, job.kiroframeUrl),
  });
  const { onlyChanged = false, ...how } = job;
  const target = { kiroframeUrl: job.kiroframeUrl, profilingToken: job.profilingToken, sourceId };
  const ledger = new Ledger(folder.state.database, target);
  const store = onlyChanged ? openChangeStore(dirname(folder.path), target, logger) : undefined;
  try {
    const result = await importToKiroframe({
      importSource,
      sourceId,
      experimentsPath: folder.file("experiments"),
      runsPath: folder.file("runs"),
      modelsPath: folder.file("models"),
      ...how,
      ledger,
      store: store?.ledger,
      redact,
      logger,
      progress,
      signal,
    });
    tell(result, { job, context });
    const gone = goneOf?.({ experiments: ledger.rowIds(1), runs: ledger.rowIds(2) });
    if (gone !== undefined) tellGone(gone, context);
    // As they were before, where nothing more is to be gone on with.
    if (failedRows(result) === 0) context.advise(undefined);
    const differences = await reconcile(folder, result, { logger, gone });
    // Rows that failed make counts differ, too.
    if (failedRows(result) === 0) {
      for (const words of differences) progress.failed({ what: "counts", status: null, words });
    }
    return { result, failures: failuresOf(result, differences) };
  } finally {
    store?.close();
  }
}

function failedRows({ experiments, runs, models }: Pick<ImportResult, "experiments" | "runs" | "models">): number {
  return experiments.failed + runs.failed + models.failed;
}

function failuresOf({ experiments, runs, models }: ImportResult, differences: readonly string[]): string[] {
  const failed = failedRows({ experiments, runs, models });
  if (failed > 0) return [`Kiroframe did not take ${count(failed, "row")}`];
  return differences.length === 0 ? [] : [`counts differ in ${count(differences.length, "experiment")}`];
}

function tell(
  { experiments, runs, models, ...result }: ImportResult,
  { job, context: { logger, tell: tellEnd } }: { readonly job: ImportJob; readonly context: JobContext },
): void {
  tellEnd({
    left_out: {
      non_finite: job.nonFinite === "string" ? 0 : result.nonFiniteValues,
      thinned_points: result.thinnedPoints,
    },
  });
  const sent = `${count(experiments.sent, "experiment")}, ${count(runs.sent, "run")} and ${
    models.sent > 0 ? "the" : "no"
  } models`;
  const skipped = experiments.skipped + runs.skipped + models.skipped;
  logger.info(`Kiroframe acknowledged ${sent}${skipped > 0 ? `; ${count(skipped, "row")} it had already` : ""}`);
  if (result.nonFiniteValues > 0 && job.nonFinite !== "string") {
    const done = job.nonFinite === "null" ? "sent as null" : "left out";
    logger.info(`${count(result.nonFiniteValues, "value")} that JSON cannot hold (NaN, Infinity) ${done}`);
  }
  if (result.thinnedPoints > 0) logger.info(`${count(result.thinnedPoints, "point")} left out by --max-history-points`);
}

/** Kiroframe has no call to delete: a person may want to. */
function tellGone({ experiments, runs }: RowIdSets, { logger, tell }: JobContext): void {
  tell({ gone: { experiments: [...experiments], runs: [...runs] } });
  if (experiments.length + runs.length === 0) return;
  logger.warn(
    `Deleted in the source since they were sent: ${count(experiments.length, "experiment")} and ${
      count(runs.length, "run")
    }; ` +
      `summary.json lists them, Kiroframe still has them`,
  );
}

async function originOf(about: About | null, { path, origin }: ImportPlace): Promise<ImportOrigin & Spelling> {
  if (about !== null) {
    const { import_source: importSource, import_source_id: sourceId, tracking_url: displayUrl, workspace } = about;
    return { importSource, sourceId, displayUrl, workspace };
  }
  if (origin === undefined) {
    throw new UsageError(`Cannot import ${visible(path)}: no export.json in it says which server it is an export of`, {
      hint: "Give --tracking-url as it was when the folder was made, or check the folder's path",
    });
  }
  const kind = await SOURCES[origin.importType]();
  const displayUrl = displayOf(origin.trackingUrl);
  return { importSource: kind.importSource, sourceId: kind.sourceIdOf(origin.trackingUrl), displayUrl };
}
