/** The kept folders. */
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TemporaryFolder } from "../faults/program.ts";

/** Where they are. */
export const KEPT: string = fileURLToPath(new URL("../fixtures/folders", import.meta.url));

/** The versions that left some. */
export const VERSIONS: readonly string[] = [...Deno.readDirSync(KEPT)].filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => name).sort();

/** Copies a kept folder to a base folder, as a user has it. */
export async function copy(base: TemporaryFolder, version: string, name: string): Promise<string> {
  const folder = join(base.path, name);
  await cp(join(KEPT, version, name), folder, { recursive: true });
  // Git keeps no empty folders.
  await mkdir(join(folder, "artifacts"), { recursive: true });
  return folder;
}
