/**
 * `import FOLDER`: an export made earlier, to Kiroframe.
 * @module
 */
import { dirname, resolve } from "node:path";
import type { Config } from "../parse/config.ts";
import { UsageError } from "../../errors.ts";
import { finishedExport } from "../../export/exporter.ts";
import { readAbout } from "../../folder/about.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import type { ImportResult } from "../../kiroframe/result.ts";
import { importToKiroframe } from "../../kiroframe/import.ts";
import { Ledger } from "../../kiroframe/ledger/mod.ts";
import { sourceIdOf } from "../../mlflow/uri/source_id.ts";
import { visible } from "../../visible.ts";
import type { Session } from "./session.ts";
import { openChangeStore } from "../../kiroframe/ledger/change_store.ts";
import { count, failIfIncomplete } from "./export.ts";
import { reconcile } from "../../jobs/reconcile.ts";

/** The options that an import needs, of whichever command. */
export type ImportConfig = Config<"plain"> | Config<"import">;

/** What the folder's rows are rows of, as Kiroframe is told. */
export interface ImportOrigin {
  /** "mlflow". */
  readonly importSource: string;
  /** Kiroframe's import_source_id (spec, "Kiroframe"). */
  readonly sourceId: string;
}

/** Runs the command. Rejects with an AppError; IncompleteError when some rows were refused. */
export async function importCommand(path: string, config: Config<"import">, session: Session): Promise<void> {
  const folderPath = resolve(path);
  const origin = await originOf(folderPath, config);
  const folder = await ExportFolder.open(folderPath);
  try {
    if (folder.state.kept("experiments") !== undefined && finishedExport(folder) === null) {
      throw new UsageError(`Cannot import ${visible(path)}: its export did not finish`, {
        hint: `Finish it first: kiroframe-importer export --resume ${visible(path)}`,
      });
    }
    session.log.openFile(folder.file("log"));
    failIfIncomplete((await importFolder(folder, origin, { config, session })).failures);
  } finally {
    await folder.close();
  }
}

/** Imports an open folder, and returns what Kiroframe does not have after it, in words; empty where it has all. */
export async function importFolder(
  folder: ExportFolder,
  origin: ImportOrigin,
  { config, session }: { readonly config: ImportConfig; readonly session: Session },
): Promise<{ readonly result: ImportResult; readonly failures: string[] }> {
  const { logger, progress, signal } = session;
  session.advice = `Send the rest with: kiroframe-importer import ${folder.path}`;
  const { kiroframeUrl, profilingToken } = config;
  const target = { kiroframeUrl, profilingToken, sourceId: origin.sourceId };
  const store = config.onlyChanged ? openChangeStore(dirname(folder.path), target) : undefined;
  try {
    const result = await importToKiroframe({
      importSource: origin.importSource,
      sourceId: origin.sourceId,
      experimentsPath: folder.file("experiments"),
      runsPath: folder.file("runs"),
      modelsPath: folder.file("models"),
      kiroframeUrl,
      profilingToken,
      concurrency: config.importConcurrency,
      nonFinite: config.nonFinite,
      maxFailures: config.maxFailures,
      maxHistoryPoints: config.maxHistoryPoints,
      env: config.environment,
      ledger: new Ledger(folder.state.database, target),
      store: store?.ledger,
      redact: session.redactor.redact,
      logger,
      progress,
      signal,
    });
    tell(result, { config, session });
    const differences = await reconcile(folder, result, logger);
    return { result, failures: failuresOf(result, differences) };
  } finally {
    store?.close();
  }
}

function failuresOf({ experiments, runs, models }: ImportResult, differences: readonly string[]): string[] {
  const failed = experiments.failed + runs.failed + models.failed;
  if (failed > 0) return [`Kiroframe did not take ${count(failed, "row")}`];
  return differences.length === 0 ? [] : [`counts differ in ${count(differences.length, "experiment")}`];
}

function tell(
  { experiments, runs, models, ...result }: ImportResult,
  { config, session: { logger } }: { readonly config: ImportConfig; readonly session: Session },
): void {
  const sent = `${count(experiments.sent, "experiment")}, ${count(runs.sent, "run")} and ${
    models.sent > 0 ? "the" : "no"
  } models`;
  const skipped = experiments.skipped + runs.skipped + models.skipped;
  logger.info(`Kiroframe acknowledged ${sent}${skipped > 0 ? `; ${count(skipped, "row")} it had already` : ""}`);
  if (result.nonFiniteValues > 0 && config.nonFinite !== "string") {
    const done = config.nonFinite === "null" ? "sent as null" : "left out";
    logger.info(`${count(result.nonFiniteValues, "value")} that JSON cannot hold (NaN, Infinity) ${done}`);
  }
  if (result.thinnedPoints > 0) logger.info(`${count(result.thinnedPoints, "point")} left out by --max-history-points`);
}

async function originOf(folderPath: string, config: Config<"import">): Promise<ImportOrigin> {
  const about = await readAbout(folderPath);
  if (about !== null) return { importSource: about.import_source, sourceId: about.import_source_id };
  if (config.trackingUrl === undefined) {
    throw new UsageError(
      `Cannot import ${visible(folderPath)}: no export.json in it says which server it is an export of`,
      {
        hint: "Give --tracking-url as it was when the folder was made, or check the folder's path",
      },
    );
  }
  return { importSource: "mlflow", sourceId: sourceIdOf(config.trackingUrl) };
}
