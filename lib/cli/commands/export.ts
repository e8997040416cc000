/**
 * `export`: MLflow to a dated folder.
 * @module
 */
import { runExport } from "../../jobs/export.ts";
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { dryRun } from "./dry_run.ts";
import { exportJobOf } from "./job_options.ts";
import type { Config } from "../parse/config.ts";
import type { CommandInput, Session } from "./session.ts";
import { inEachWorkspace } from "./workspaces.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when the export is whole but for some histories or artifacts. */
export async function exportCommand({ config, session }: CommandInput<"export">): Promise<void> {
  await inEachWorkspace(config, session, (each) => exportOnce(each, session));
}

async function exportOnce(config: Config<"export">, session: Session): Promise<void> {
  if (config.dryRun) return await dryRun(config, { sends: false, session });
  const { folderPath, failures } = await runExport(exportJobOf(config), session, () => Promise.resolve([]));
  if (config.report) await reportOnExport(folderPath, session);
  failIfIncomplete(failures);
}
