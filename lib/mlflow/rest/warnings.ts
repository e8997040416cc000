/**
 * What the user should know before trusting an export of this server with this account.
 * @module
 */
import { restrictionOf } from "./account.ts";
import type { MlflowClient } from "./endpoints/client.ts";
import { ifThere } from "./endpoints/closed.ts";

/** What is sent with every call. */
export interface WarningOptions {
  /** Whether calls carry credentials. */
  readonly hasAccount: boolean;
  /** The Authorization of every call, where it is always the same. @default {none} */
  readonly authorization?: string;
  /** Whether calls name a workspace. */
  readonly hasWorkspace: boolean;
}

/** Returns sentences about what this account cannot see: MLflow leaves it out without a sign. */
export async function warningsFor(client: MlflowClient, options: WarningOptions): Promise<string[]> {
  const { dialect } = client;
  const warnings: string[] = [];
  const restriction = options.hasAccount ? await restrictionOf(client, options.authorization) : undefined;
  if (restriction !== undefined) warnings.push(restriction);
  if (
    !options.hasWorkspace && dialect.isAtLeast(3, 10) &&
    (await ifThere(client.serverInfo({ retries: 2 })))?.hasWorkspaces
  ) {
    warnings.push(
      'This MLflow server has workspaces: only the one named "default" is exported; --workspace names others, --all-workspaces all',
    );
  }
  return warnings;
}
