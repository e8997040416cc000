/**
 * `sync`: what a scheduler runs.
 * @module
 */
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { reportOnExport } from "../../jobs/report.ts";
import { planSync, runSync } from "../../jobs/sync.ts";
import { visible } from "../../visible.ts";
import { dryRun } from "./dry_run.ts";
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
    waitMs: readAge(config.wait, "--wait"),
  };
  if (config.dryRun) {
    const { unended, previous } = await planSync(job);
    if (unended !== undefined) session.print(`The next sync goes on with ${visible(unended)}\n`);
    session.print(
      previous === undefined
        ? "The next sync reads everything\n"
        : `The next sync takes over what is unchanged from ${visible(previous)}\n`,
    );
    return await dryRun(config, { sends: job.import !== null, previous, session });
  }
  const { folderPath, failures } = await runSync(job, session);
  if (config.report) await reportOnExport(folderPath, session);
  failIfIncomplete(failures);
}
