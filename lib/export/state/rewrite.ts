/**
 * The summary of a finished export, written again after something was added to it.
 * @module
 */
import { readFile } from "node:fs/promises";
import type { ExportFolder } from "../../folder/export_folder.ts";
import { type ExportSummary, importedOf, summaryJson } from "./summary.ts";

/** Writes summary.json with what it tells of an import, and keeps the summary in the folder's state. */
export async function rewriteSummary(folder: ExportFolder, summary: ExportSummary): Promise<void> {
  const imported = await readFile(folder.file("summary"), "utf8").then((text) => importedOf(JSON.parse(text)));
  await folder.writeWhole("summary", summaryJson(summary, imported));
  folder.state.keep("summary", summary);
}
