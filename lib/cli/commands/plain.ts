/**
 * The plain command, the reference's way: export, then import.
 * @module
 */
import { runExport } from "../../jobs/export.ts";
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { dryRun } from "./dry_run.ts";
import { exportJobOf, importJobOf } from "./job_options.ts";
import type { Config } from "../parse/config.ts";
import type { CommandInput, Session } from "./session.ts";
import { inEachWorkspace } from "./workspaces.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when all was done but some rows, histories or artifacts failed. */
export async function plainCommand({ config, session }: CommandInput<"plain">): Promise<void> {
  await inEachWorkspace(config, session, (each) => runOnce(each, session));
}

async function runOnce(config: Config<"plain">, context: Session): Promise<void> {
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
