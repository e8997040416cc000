/**
 * A file of ours in the browser, by what the system opens files with.
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { messageOf } from "../../errors.ts";
import type { Environment } from "../../environment.ts";
import type { Logger } from "../../logger.ts";

/** The command that opens a file with what the user has for it, by system. */
const OPENERS: Readonly<Record<string, readonly [command: string, ...before: string[]]>> = {
  darwin: ["open"],
  // The first word in quotes would be the title of a window.
  win32: ["cmd", "/c", "start", '""'],
};

/** After so long, an opener that has not failed has done its work, or is the browser itself. */
const LONG_ENOUGH_MS = 1_000;

/** What {@linkcode openPage} needs. */
export interface OpenOptions {
  /** Where PATH and the display are. */
  readonly env: Environment;
  /** Told where nothing could be opened: what was made is whole all the same. */
  readonly logger: Logger;
}

/** Opens a page, and does not wait for its end. Never rejects. */
export async function openPage(path: string, { env, logger }: OpenOptions): Promise<void> {
  const [command, ...before] = OPENERS[process.platform] ?? ["xdg-open"];
  const reason = await start(command, [...before, path], env).catch(messageOf);
  if (reason !== null) logger.warn(`Cannot open ${path}: ${reason}; open it in a browser`);
}

/** Resolves with why a program did not start or failed at once; null where it did neither. */
function start(command: string, words: readonly string[], env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { env: { ...env }, stdio: "ignore", detached: true });
    const timer = setTimeout(() => resolve(null), LONG_ENOUGH_MS);
    const end = (reason: string | null): void => {
      clearTimeout(timer);
      resolve(reason);
    };
    child.on("error", (error) => end(`${command}: ${messageOf(error)}`));
    child.on("exit", (code) => end(code === 0 ? null : `${command} ended with ${code}`));
    if (child.pid !== undefined) child.unref();
  });
}
