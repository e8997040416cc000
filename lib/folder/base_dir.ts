/**
 * Finds out before any work whether the base folder can hold an export, and leaves no trace of having looked.
 * @module
 */
import { lstat, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { visible } from "../visible.ts";

/**
 * Resolves when folders can be made below a path that is a folder, or that could be made.
 * Rejects with UsageError when it is a file, lies below one, or cannot be written.
 */
export async function checkBaseDir(path: string): Promise<void> {
  let parent = resolve(path);
  try {
    while (!await isFolder(parent)) parent = dirname(parent);
    // Only trying tells: permissions, read-only mounts and /proc each refuse in their own way.
    await rmdir(await mkdtemp(join(parent, ".kiroframe-importer-")));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw unusable(path, messageOf(cause), cause);
  }

  /** Resolves false when nothing is there (and there is a parent to ask); rejects when something else than a folder is. */
  async function isFolder(candidate: string): Promise<boolean> {
    try {
      if ((await stat(candidate)).isDirectory()) return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // ENOTDIR: a file further up, which the loop will find.
      if (code === "ENOTDIR" || (code === "ENOENT" && !await isLink(candidate))) {
        return candidate === dirname(candidate);
      }
      throw error;
    }
    throw unusable(path, `"${candidate}" is a file`, undefined);
  }
}

/** A link to nowhere is nothing to stat(), and in the way of mkdir(). */
async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Removes a folder, and those above it up to `top`, as far as nothing is in them: what was made for work that came to nothing. */
export async function removeEmpty(path: string, top: string): Promise<void> {
  for (let folder = path; folder.startsWith(top); folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(() => true, () => false);
    if (!isGone) return;
  }
}

function unusable(path: string, reason: string, cause: unknown): UsageError {
  return new UsageError(
    visible(
      `Cannot use --base-dir "${path}": ${reason}; expected a folder that can be written, or the path of a new one`,
    ),
    { cause },
  );
}
