/**
 * The Parquet files of an export: made when its other files are, or added to a finished one.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ExportFolder } from "../folder/export_folder.ts";
import { type FileFacts, inspectFile } from "../folder/inspect.ts";
import { LAYOUT } from "../folder/layout.ts";
import type { Logger } from "../logger.ts";
import { rewriteSummary } from "./state/rewrite.ts";
import type { ExportSummary } from "./state/summary.ts";

/** Whether and how {@linkcode writeParquetFiles} writes. */
export interface ParquetOptions {
  /** Whether they are wanted; a folder that has them gets them anew in any case. @default {false} */
  readonly parquet?: boolean;
  readonly logger?: Logger;
  /** Ends the writing. */
  readonly signal?: AbortSignal;
}

/** Writes them, and resolves with what they hold, by name; with nothing where they are not wanted. Rejects with an AppError. */
export async function writeParquetFiles(
  { path }: ExportFolder,
  { parquet = false, logger, signal }: ParquetOptions,
): Promise<Record<string, FileFacts>> {
  if (!parquet && !existsSync(join(path, LAYOUT.metricsParquet))) return {};
  // A writer of a format of its own: loaded only for who wants it.
  const { writeParquet } = await import("../folder/parquet/write.ts");
  const rows = Object.entries(await writeParquet(path, signal));
  logger?.info(`Wrote Parquet: ${rows.map(([name, count]) => `${name} (${count} rows)`).join(", ")}`);
  const facts = rows.map(async ([name, lines]) => [name, { ...await inspectFile(join(path, name)), lines }] as const);
  return Object.fromEntries(await Promise.all(facts));
}

/** Adds them to an export that was finished without. Resolves with its new summary. */
export async function addParquet(
  finished: ExportSummary,
  { folder, ...options }: ParquetOptions & { readonly folder: ExportFolder },
): Promise<ExportSummary> {
  if (!options.parquet || LAYOUT.metricsParquet in finished.files) return finished;
  const summary = { ...finished, files: { ...finished.files, ...await writeParquetFiles(folder, options) } };
  await rewriteSummary(folder, summary);
  return summary;
}
