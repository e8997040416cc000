/**
 * What is heavy to make and the same for every run stays in the user's cache folder.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder } from "../../live/parts/venvs.ts";
import { exists } from "./clone.ts";

/**
 * Returns the folder with what `make` makes, after making it if it is not there.
 *
 * @param name of the folder, for people
 * @param wanted all that decides what is in it
 */
export async function kept(name: string, wanted: string, make: (folder: string) => Promise<void>): Promise<string> {
  const hash = createHash("sha256").update(wanted).digest("hex").slice(0, 10);
  const folder = join(cacheFolder(), "engines", `${name}-${hash}`);
  await Deno.mkdir(join(folder, ".."), { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  const complete = join(folder, "complete");
  if (await exists(complete)) return folder;
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder);
  await make(folder);
  await Deno.writeTextFile(complete, `${wanted}\n`);
  return folder;
}
