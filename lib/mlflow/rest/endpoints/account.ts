/**
 * What the basic-auth app tells of an account.
 * @module
 */
import * as z from "zod";
import { read } from "./wire.ts";

/** An account of the basic-auth app. */
export interface Account {
  /** May read everything. */
  readonly isAdmin: boolean;
  /** How many it may not read, of those that it is told about by name. */
  readonly denied: { readonly experiments: number; readonly models: number };
}

const ownPermissions = z.object({
  is_admin: z.boolean(),
  permissions: z.array(z.object({ resource_type: z.string(), permission: z.string() })),
});

/** Reads a reply of users/current/permissions. */
export function readOwnPermissions(reply: unknown): Account {
  const { is_admin, permissions } = read(ownPermissions, { reply, endpoint: "users/current/permissions" });
  const deniedOf = (type: string): number => countDenied(permissions.filter((row) => row.resource_type === type));
  return { isAdmin: is_admin, denied: { experiments: deniedOf("experiment"), models: deniedOf("registered_model") } };
}

const rights = z.array(z.object({ permission: z.string() })).default([]);
const user = z.object({
  user: z.object({ is_admin: z.boolean(), experiment_permissions: rights, registered_model_permissions: rights }),
});

/** Reads a reply of users/get. */
export function readUser(reply: unknown): Account {
  const { is_admin, ...own } = read(user, { reply, endpoint: "users/get" }).user;
  const denied = {
    experiments: countDenied(own.experiment_permissions),
    models: countDenied(own.registered_model_permissions),
  };
  return { isAdmin: is_admin, denied };
}

/** What MLflow calls a right not to read. */
const NONE: ReadonlySet<string> = new Set(["NO_PERMISSIONS", "DENY"]);

function countDenied(permissions: readonly { readonly permission: string }[]): number {
  return permissions.filter(({ permission }) => NONE.has(permission)).length;
}
