/**
 * What the user should know before trusting an export of this server with this account.
 * @module
 */
import { HttpError } from "../../http/failure/errors.ts";
import type { MlflowClient } from "./endpoints/client.ts";
import { isClosed } from "./endpoints/closed.ts";

/** What is sent with every call. */
export interface WarningOptions {
  /** Whether calls carry credentials. */
  readonly hasAccount: boolean;
  /** Whether calls name a workspace. */
  readonly hasWorkspace: boolean;
}

/** Returns sentences about what this account cannot see: MLflow leaves it out without a sign. */
export async function warningsFor(client: MlflowClient, options: WarningOptions): Promise<string[]> {
  const { dialect } = client;
  const warnings: string[] = [];
  // The calls below are those of MLflow 3 (users/current) and 3.10 (server-info).
  if (options.hasAccount && dialect.isAtLeast(3, 0) && await ifThere(client.isAdmin({ retries: 2 })) === false) {
    warnings.push(
      "This MLflow account is not an admin's: experiments, runs and models that it may not read are missing from the " +
        "export, because MLflow leaves them out without a sign",
    );
  }
  if (!options.hasWorkspace && dialect.isAtLeast(3, 10) && await ifThere(client.hasWorkspaces({ retries: 2 }))) {
    warnings.push(
      'This MLflow server has workspaces: only the one named "default" is exported; name another one in MLFLOW_WORKSPACE',
    );
  }
  return warnings;
}

/** Returns what a call brings, undefined if the server does not have it or does not give it to this account. */
async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HttpError || isClosed(error)) return undefined;
    throw error;
  }
}
