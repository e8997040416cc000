/**
 * The room where a folder would be made.
 * @module
 */
// Deno 2.5's "node:fs/promises" has no statfs, its "node:fs" has.
import { promises } from "node:fs";
import { dirname, resolve } from "node:path";

/** Returns the bytes that are free for this user below a path, which need not exist; null where the system does not tell. */
export async function freeBytes(path: string): Promise<number | null> {
  let folder = resolve(path);
  while (folder !== dirname(folder) && !await promises.stat(folder).then((info) => info.isDirectory(), () => false)) {
    folder = dirname(folder);
  }
  try {
    const { bavail, bsize } = await promises.statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
