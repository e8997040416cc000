/**
 * The user's home folder, where the system knows one.
 * @module
 */
import { homedir } from "node:os";

/** Returns the home folder. Users that the system does not know (a container's, by number alone) have "/", as in container runtimes. */
export function homeFolder(): string {
  try {
    // Deno gives null where Node throws.
    return homedir() ?? "/";
  } catch {
    return "/";
  }
}
