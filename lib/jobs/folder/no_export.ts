/**
 * What a path is that was given for an export folder and is none.
 * @module
 */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { visible } from "../../visible.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import { LAYOUT } from "../../folder/layout.ts";

/**
 * Rejects with a UsageError, in one sentence, where a path is no export folder, and writes nothing.
 *
 * @param verb What cannot be done with it: "import", "verify"
 */
export async function refuseNoExport(path: string, verb: string): Promise<void> {
  const isFolder = await stat(path).then((info) => info.isDirectory(), () => null);
  if (isFolder && (existsSync(join(path, LAYOUT.about)) || existsSync(join(path, LAYOUT.runs)))) return;
  const newest = isFolder ? await ExportFolder.latest(path) : null;
  const found = isFolder === null
    ? "there is no such folder"
    : !isFolder
    ? "it is a file"
    : newest === null
    ? "it is no export folder"
    : "it is no export folder, but has some in it";
  throw new UsageError(`Cannot ${verb} ${visible(path)}: ${found}`, {
    hint: newest === null
      ? "Give the path of an export folder"
      : `Give the path of one: the newest is ${visible(newest)}`,
  });
}
