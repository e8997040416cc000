/**
 * The plain command, the reference's way: export, then import.
 * @module
 */
import { runExport } from "../../jobs/export.ts";
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { dryRun } from "./dry_run.ts";
import { exportJobOf, importJobOf } from "./job_options.ts";
import type { CommandInput } from "./session.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when all was done but some rows, histories or artifacts failed. */
export async function plainCommand({ config, session: context }: CommandInput<"plain">): Promise<void> {
  const job = importJobOf(config);
  if (config.dryRun) return await dryRun(config, { sends: job !== null, session: context });
  const { folderPath, failures } = await runExport(exportJobOf(config), context, async ({ folder, identity }) => {
    if (job === null) return [];
    // Loaded while MLflow is read, not before.
    const { importFolder } = await import("../../jobs/import.ts");
    return (await importFolder(folder, identity, { job, context })).failures;
  });
  if (config.report) await reportOnExport(folderPath, context);
  failIfIncomplete(failures);
}
