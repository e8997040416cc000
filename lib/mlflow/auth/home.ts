/**
 * The user's home folder.
 * @module
 */
import type { Environment } from "../../environment.ts";
import { homeFolder } from "../../runtime/home.ts";

/** Returns the folder in which a user keeps files of credentials. */
export function homeFolderOf(env: Environment): string {
  return env["HOME"] ?? env["USERPROFILE"] ?? homeFolder();
}
