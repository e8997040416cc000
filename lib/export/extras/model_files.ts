/**
 * The files of logged models that no run put out: those of others are fetched with their runs.
 * @module
 */
import { rm } from "node:fs/promises";
import { LAYOUT } from "../../folder/layout.ts";
import { pythonJson, type RowOf } from "../../json/python.ts";
import { compareCodePoints } from "../../rows/tally.ts";
import type { LoggedModelFilesRow } from "../../shapes/folder.ts";
import type { ArtifactFile, Extras, LoggedModel } from "../../source/mod.ts";
import { beginningsFolder, downloadListed } from "../artifacts/fetch.ts";
import type { ExtrasOptions } from "./options.ts";

/**
 * Fetches the files of the models into a folder of artifacts/ for each, and writes logged_models_files.jsonl, by id. Resolves with why not all
 * of them are there; undefined where they are. Rejects with what ends the whole export.
 */
export async function writeModelFiles(
  modelFiles: NonNullable<Extras["modelFiles"]>,
  models: readonly LoggedModel[],
  options: ExtrasOptions,
): Promise<string | undefined> {
  const { folder, redact, logger, progress, signal } = options;
  const artifactsFolder = folder.file("artifacts");
  let failed = 0;
  let fetched = 0;
  const lines: string[] = [];
  for (const { id, ...model } of models.toSorted((a, b) => compareCodePoints(a.id, b.id))) {
    signal?.throwIfAborted();
    const list = (): Promise<readonly ArtifactFile[]> => modelFiles({ id, ...model }, signal);
    const where = { artifactsFolder, redact, progress, signal };
    const { files, failures } = await downloadListed(id, { list, what: "the logged model's id" }, where);
    for (const failure of failures) logger.warn(`Files of logged model ${id}: ${failure}`);
    if (failures.length > 0) failed++;
    fetched += files.length;
    const row = {
      model_id: id,
      files: files.map((file) => ({ ...file })),
      error: failures.length === 0 ? undefined : failures.join("; "),
    } satisfies RowOf<LoggedModelFilesRow>;
    lines.push(`${pythonJson(row)}\n`);
  }
  await rm(beginningsFolder(artifactsFolder), { recursive: true, force: true });
  await folder.writeLines("loggedModelFiles", lines);
  if (models.length > 0) {
    logger.info(`Fetched ${fetched} files of ${models.length} logged models without a run: ${LAYOUT.loggedModelFiles}`);
  }
  return failed === 0 ? undefined : `files of ${failed} of the ${models.length} without a run could not be fetched`;
}
