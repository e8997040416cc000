/**
 * The report as a job: of a folder that is named, or of one that an export has just left.
 * @module
 */
import { resolve } from "node:path";
import { messageOf } from "../errors.ts";
import type { JobContext } from "./context.ts";
import { refuseNoExport } from "./folder/no_export.ts";

/** Writes report.html into a folder; returns its path. Rejects with an AppError; with a UsageError where there is no export. */
export async function runReport(path: string, { redact, tell }: Pick<JobContext, "redact" | "tell">): Promise<string> {
  const folder = resolve(path);
  await refuseNoExport(folder, "report on");
  // A page's worth of text: loaded only for who makes one.
  const { writeReport } = await import("../report/write.ts");
  const report = await writeReport(folder, { redact });
  tell({ folder, report });
  return report;
}

/** Loads what reports are written by, while something else is waited for. Who writes one hears of it where that fails. */
export function loadReport(): void {
  import("../report/write.ts").catch(() => {});
}

/** The same at the end of an export, which does not fail for want of a report: null where none could be made. */
export async function reportOnExport(folderPath: string, context: JobContext): Promise<string | null> {
  context.progress.start("Writing the report");
  try {
    const path = await runReport(folderPath, context);
    context.logger.info(`Wrote ${path}: open it in a browser`);
    return path;
  } catch (error) {
    context.logger.warn(`There is no report.html, though the export is whole: ${messageOf(error)}`);
    return null;
  } finally {
    context.progress.stop();
  }
}
