/**
 * The user's home folder, where the system knows one.
 * @module
 */
import { homedir } from "node:os";

/**
 * Returns the home folder. Users that the system does not know (a container's, by number alone) have "/", as in container runtimes.
 * Throws where Deno does not permit to ask (--allow-sys=homedir).
 */
export function homeFolder(): string {
  try {
    // Deno gives null where Node throws.
    return homedir() ?? "/";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SYSTEM_ERROR") return "/";
    throw error;
  }
}
