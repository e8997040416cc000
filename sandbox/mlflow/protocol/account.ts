/**
 * The accounts of the basic-auth app, and what each may read.
 * @module
 */

/** The basic-auth app: who may enter, and what each may not read. */
export interface BasicAuth {
  readonly users: readonly BasicAuthUser[];
}

/** One account of the basic-auth app. */
export interface BasicAuthUser {
  readonly name: string;
  /** In plain text: a sandbox keeps no secrets. */
  readonly password: string;
  /** May read everything. @default {false} */
  readonly isAdmin?: boolean;
  /** Ids of experiments that this account may not read. @default {none} */
  readonly deniedExperiments?: readonly string[];
  /** Names of registered models that this account may not read. @default {none} */
  readonly deniedModels?: readonly string[];
}

/** Whether an account may read everything: an admin's, or none where there is no basic-auth app. */
export function mayReadAll(user: BasicAuthUser | null): boolean {
  return user === null || user.isAdmin === true;
}

/** Whether an account may read an experiment and its runs. */
export function mayReadExperiment(user: BasicAuthUser | null, experimentId: string): boolean {
  return mayReadAll(user) || !(user?.deniedExperiments ?? []).includes(experimentId);
}

/** Whether an account may read a registered model and its versions. */
export function mayReadModel(user: BasicAuthUser | null, name: string): boolean {
  return mayReadAll(user) || !(user?.deniedModels ?? []).includes(name);
}
