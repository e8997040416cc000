/**
 * models.json: the registered models, where they can be listed.
 * @module
 */
import { endsEverything, messageOf, statusOf } from "../errors.ts";
import type { ExportFolder } from "../folder/export_folder.ts";
import { LAYOUT } from "../folder/layout.ts";
import type { Logger, Progress } from "../logger.ts";
import { modelsJson } from "../rows/models.ts";
import type { Source } from "../source/mod.ts";

/** What is written from where to where. */
export interface ModelsOptions {
  readonly source: Source;
  readonly folder: ExportFolder;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
  readonly logger: Logger;
  readonly progress: Progress;
}

/** Returns why there is no models.json; null where there is one. */
export async function writeModels(
  { source, folder, logger, progress, redact = (text) => text }: ModelsOptions,
): Promise<string | null> {
  let text: string;
  try {
    const models = await source.models();
    progress.count("models", models.length);
    text = modelsJson(models);
  } catch (error) {
    if (endsEverything(error)) throw error;
    const reason = redact(messageOf(error));
    progress.failed({ what: "models", status: statusOf(error), words: reason });
    logger.error(`Cannot list the registered models: ${reason}; they are left out, and asked for again by --resume`);
    return reason;
  }
  await folder.writeWhole("models", text);
  logger.info(`Wrote MODELS_JSON: ${LAYOUT.models}`);
  return null;
}
