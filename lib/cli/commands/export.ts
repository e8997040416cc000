/**
 * `export`: MLflow to a dated folder.
 * @module
 */
import type { Config } from "../parse/config.ts";
import { IncompleteError, UsageError } from "../../errors.ts";
import { privateSource } from "../../source/privacy.ts";
import type { ExportSummary } from "../../export/summary.ts";
import type { ExportFolder } from "../../folder/export_folder.ts";
import type { Source } from "../../source/mod.ts";
import { sources } from "../../jobs/sources.ts";
import { checkBaseDir } from "../../folder/base_dir.ts";
import type { Session } from "./session.ts";
import { type ExportConfig, privacyOf, queryOf, rowOptionsOf, selectorOf } from "../../jobs/row_options.ts";

/** An export that has just ended, its folder still open. */
export interface Exported {
  /** Where it is. */
  readonly folder: ExportFolder;
  /** Where it came from. */
  readonly source: Source;
  /** What it did. */
  readonly summary: ExportSummary;
}

/** What follows an export: resolves with what failed, in words. */
export type AfterExport = (exported: Exported) => Promise<readonly string[]>;

/** Runs the command. Rejects with an AppError; IncompleteError when the export is whole but for some histories or artifacts. */
export async function exportCommand(config: Config<"export">, session: Session): Promise<void> {
  await withExport(config, session, () => Promise.resolve([]));
}

/** Makes a folder (or opens the one to resume), exports into it, and hands it on. Rejects with what the command does. */
export async function withExport(config: ExportConfig, session: Session, after: AfterExport): Promise<void> {
  const { log, logger, progress, signal } = session;
  const { redact } = session.redactor;
  const wanted = rowOptionsOf(config);
  const source = await openSource(config, session);
  try {
    if (config.resume === undefined) {
      await checkBaseDir(config.baseDir);
      // Before the rest is loaded. A failure is told by the next call, when there is a log to tell it in.
      await source.version().catch(() => {});
    }
    const { markEnded, openFolder } = await import("../../jobs/open_folder.ts");
    const { exportSource } = await import("../../export/exporter.ts");
    const { folder, options, isResumed } = await openFolder({ config, source, wanted });
    try {
      log.openFile(folder.file("log"));
      logger.info(`${isResumed ? "Resuming in" : "Prepared"} working directory: ${folder.path}`);
      session.advice = `Go on with the same command and --resume ${folder.path}`;
      const which = { query: queryOf(options), selects: selectorOf(options), shard: options.shard ?? undefined };
      const summary = await exportSource({ source, folder, ...options, ...which, redact, logger, progress, signal });
      session.advice = undefined;
      const { runs, experiments } = summary;
      logger.info(`Exported ${count(runs, "run")} of ${count(experiments.length, "experiment")} to ${folder.path}`);
      const failures = [...exportFailures(summary), ...await after({ folder, source, summary })];
      markEnded(folder);
      failIfIncomplete(failures);
    } catch (error) {
      // A filter that MLflow refused, a name that no experiment has: usage leaves nothing behind.
      const isEmpty = folder.state.checkpoint() === undefined;
      if (error instanceof UsageError && !isResumed && isEmpty) await folder.remove();
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
