/**
 * `plan`: what an export would do.
 * @module
 */
import { dryRun } from "./dry_run.ts";
import type { CommandInput } from "./session.ts";
import { inEachWorkspace } from "./workspaces.ts";

/** Runs the command. Rejects with an AppError. */
export async function planCommand({ config, session }: CommandInput<"plan">): Promise<void> {
  await inEachWorkspace(config, session, (each) => dryRun(each, { sends: each.importToKiroframe, session }));
}
