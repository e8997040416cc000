/**
 * `export`: MLflow to a dated folder.
 * @module
 */
import { resolve } from "node:path";
import type { Config } from "../../config.ts";
import { IncompleteError, UsageError } from "../../errors.ts";
import { exportSource } from "../../export/export.ts";
import { privateSource } from "../../export/privacy.ts";
import type { ExportSummary } from "../../export/summary.ts";
import { type About, readAbout, writeAbout } from "../../folder/about.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import type { Source } from "../../source.ts";
import { sources } from "../../sources.ts";
import { visible } from "../../terminal/visible.ts";
import { VERSION } from "../../version.ts";
import { checkBaseDir } from "../base_dir.ts";
import type { Session } from "../session.ts";
import {
  type ExportConfig,
  keptRowOptions,
  privacyOf,
  queryOf,
  type RowOptions,
  rowOptionsOf,
  selectorOf,
} from "./row_options.ts";

/** What follows an export, while its folder is still open. */
export type AfterExport = (folder: ExportFolder, summary: ExportSummary, source: Source) => Promise<void> | void;

/** Runs the command. Rejects with an AppError; IncompleteError when the export is whole but for some histories or artifacts. */
export async function exportCommand(config: Config<"export">, session: Session): Promise<void> {
  await withExport(config, session, (_folder, summary) => failIfIncomplete(exportFailures(summary)));
}

/** Makes a folder (or opens the one to resume), exports into it, and hands it on. */
export async function withExport(config: ExportConfig, session: Session, after: AfterExport): Promise<void> {
  const { log, logger, progress, signal } = session;
  if (config.resume === undefined) await checkBaseDir(config.baseDir);
  const source = await openSource(config, session);
  try {
    const { folder, options } = config.resume === undefined
      ? await newFolder(config, source)
      : await oldFolder(config.resume, { config, source });
    try {
      log.openFile(folder.file("log"));
      logger.info(`${config.resume === undefined ? "Prepared" : "Resuming in"} working directory: ${folder.path}`);
      session.advice = `Go on with the same command and --resume ${folder.path}`;
      const which = { query: queryOf(options), selects: selectorOf(options), shard: options.shard ?? undefined };
      const summary = await exportSource({ source, folder, ...options, ...which, logger, progress, signal });
      session.advice = undefined;
      const { runs, experiments } = summary;
      logger.info(`Exported ${count(runs, "run")} of ${count(experiments.length, "experiment")} to ${folder.path}`);
      await after(folder, summary, source);
    } catch (error) {
      // A filter that MLflow refused, a name that no experiment has: usage leaves nothing behind.
      const isEmpty = folder.state.checkpoint() === undefined;
      if (error instanceof UsageError && config.resume === undefined && isEmpty) await folder.remove();
      throw error;
    } finally {
      await folder.close();
    }
  } finally {
    await source.close();
  }
}

/** What is missing from an export that ended, in words; empty where nothing is. */
export function exportFailures({ experiments, counts: { historyErrors, artifactErrors } }: ExportSummary): string[] {
  const differing = experiments.filter(({ runs, written }) => runs !== written);
  const failures = differing.map(({ id, runs, written }) =>
    `MLflow listed ${count(runs, "run")} of experiment ${id} and the files hold ${written}`
  );
  if (historyErrors > 0) {
    failures.push(`${count(historyErrors, "metric history", "metric histories")} could not be read`);
  }
  if (artifactErrors > 0) failures.push(`artifacts of ${count(artifactErrors, "run")} could not be fetched`);
  return failures;
}

/** Throws an IncompleteError that says what failed, if anything did. */
export function failIfIncomplete(failures: readonly string[]): void {
  if (failures.length === 0) return;
  throw new IncompleteError(`Finished, but ${failures.join(", and ")}`, {
    hint: "export.log in the folder lists each of them",
  });
}

/** A number with its noun: "1 run", "2 runs". */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

async function openSource(config: ExportConfig, { redactor, logger, signal }: Session): Promise<Source> {
  const privacy = privacyOf(config);
  const createSource = await sources[config.importType]?.();
  if (createSource === undefined) throw new UsageError(`Cannot use --import-type "${config.importType}"`);
  const { trackingUrl, environment: env, experimentPageSize, runPageSize, concurrency } = config;
  const source = await createSource({ trackingUrl, env, experimentPageSize, runPageSize, concurrency, logger, signal });
  redactor.add(source.secrets);
  return privateSource(source, privacy);
}

interface OpenedFolder {
  readonly folder: ExportFolder;
  readonly options: RowOptions;
}

async function newFolder(config: ExportConfig, source: Source): Promise<OpenedFolder> {
  const options = rowOptionsOf(config);
  const folder = await ExportFolder.create(resolve(config.baseDir));
  const about: About = {
    importer_version: VERSION,
    import_source: source.importSource,
    import_source_id: source.sourceId,
    tracking_url: source.displayUrl,
    options: { ...options },
  };
  await writeAbout(folder.path, about);
  return { folder, options };
}

/** The folder keeps the options it began with: other rows in its second half would be nobody's wish. */
async function oldFolder(
  resume: string,
  { config, source }: { readonly config: ExportConfig; readonly source: Source },
): Promise<OpenedFolder> {
  const path = resume === "latest" ? await ExportFolder.latest(resolve(config.baseDir)) : resolve(resume);
  if (path === null) {
    throw new UsageError(`Cannot resume the latest export: there is none in ${visible(config.baseDir)}`, {
      hint: "Leave --resume out, or check --base-dir",
    });
  }
  const about = await readAbout(path);
  if (about === null) {
    throw new UsageError(`Cannot resume ${visible(path)}: it holds no export.json, so it is no export of this program`);
  }
  if (about.import_source_id !== source.sourceId) {
    throw new UsageError(`Cannot resume ${visible(path)}: it is an export of ${visible(about.tracking_url)}`, {
      hint: "Give the --tracking-url it was made with, exactly as it was",
    });
  }
  return { folder: await ExportFolder.open(path), options: keptRowOptions(about.options, config) };
}
