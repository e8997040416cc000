/**
 * The room where a folder would be made.
 * @module
 */
import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Returns the bytes that are free for this user below a path, which need not exist; null where the system does not tell. */
export async function freeBytes(path: string): Promise<number | null> {
  let folder = resolve(path);
  while (folder !== dirname(folder) && !await stat(folder).then((info) => info.isDirectory(), () => false)) {
    folder = dirname(folder);
  }
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
