/**
 * `sync`: what a scheduler runs.
 * @module
 */
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { runSync } from "../../jobs/sync.ts";
import { exportJobOf, importJobOf } from "./job_options.ts";
import { readAge } from "../parse/moment.ts";
import type { Config } from "../parse/config.ts";
import type { CommandInput, Session } from "./session.ts";
import { inEachWorkspace } from "./workspaces.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when all was done but some rows, histories or artifacts failed. */
export async function syncCommand({ config, session }: CommandInput<"sync">): Promise<void> {
  await inEachWorkspace(config, session, (each) => syncOnce(each, session));
}

async function syncOnce(config: Config<"sync">, session: Session): Promise<void> {
  const job = {
    export: exportJobOf(config),
    import: importJobOf(config),
    keep: config.keep,
    isFull: config.full,
    fullEveryMs: readAge(config.fullEvery, "--full-every"),
  };
  const { folderPath, failures } = await runSync(job, session);
  if (config.report) await reportOnExport(folderPath, session);
  failIfIncomplete(failures);
}
