/**
 * One export for each workspace that was asked for: each has a dated folder of its own, and is a source of its own to Kiroframe.
 * @module
 */
import { IncompleteError, UsageError } from "../../errors.ts";
import { listWorkspaces } from "../../jobs/workspaces.ts";
import { visible } from "../../visible.ts";
import { type ExportConfig, exportJobOf } from "./job_options.ts";
import type { Session } from "./session.ts";

/** What names workspaces. */
export type WorkspaceConfig = ExportConfig & { readonly workspace: readonly string[]; readonly allWorkspaces: boolean };

/**
 * Runs a command's work once for each workspace, one after another; once as it is where none is named. What is incomplete in one does not
 * keep the others from being done; everything else ends it.
 */
export async function inEachWorkspace<C extends WorkspaceConfig>(
  config: C,
  session: Session,
  work: (config: C) => Promise<void>,
): Promise<void> {
  const names = await namesOf(config, session);
  if (names === null) return await work(config);
  if (names.length > 1 && (config.resume !== undefined || session.json)) {
    throw new UsageError(
      `Cannot use ${
        config.resume === undefined ? "--json" : "--resume"
      } with ${names.length} workspaces: it is about one folder`,
      { hint: `Name one of them: ${names.slice(0, 5).map((name) => `--workspace ${visible(name)}`).join(", ")}` },
    );
  }
  const incomplete: IncompleteError[] = [];
  for (const name of names) {
    session.logger.info(`Workspace ${visible(name)}`);
    try {
      await work({ ...config, environment: { ...config.environment, MLFLOW_WORKSPACE: name } });
    } catch (error) {
      if (!(error instanceof IncompleteError)) throw error;
      session.logger.error(`Workspace ${visible(name)}: ${error.message}`);
      incomplete.push(error);
    }
  }
  const [first] = incomplete;
  if (first !== undefined) throw first;
}

async function namesOf(config: WorkspaceConfig, session: Session): Promise<readonly string[] | null> {
  if (!config.allWorkspaces) return config.workspace.length === 0 ? null : [...new Set(config.workspace)];
  if (config.workspace.length > 0) {
    throw new UsageError("Cannot use --workspace with --all-workspaces", { hint: "Leave one of them out" });
  }
  const environment = { ...config.environment, MLFLOW_WORKSPACE: undefined };
  const names = await listWorkspaces(exportJobOf({ ...config, environment }), session);
  if (names === null) session.logger.info("This source has no workspaces: all of it is exported");
  return names;
}
