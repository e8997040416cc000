/**
 * The files of what a source has besides runs and registered models. They are small beside the runs: each is written anew, also by --resume.
 * @module
 */
import { endsEverything, messageOf, statusOf } from "../../errors.ts";
import type { ExportFolder } from "../../folder/export_folder.ts";
import { LAYOUT } from "../../folder/layout.ts";
import type { Logger, Progress } from "../../logger.ts";
import { loggedModelLine } from "../../rows/logged_models.ts";
import type { Experiment, LoggedModel, Source } from "../../source/mod.ts";
import { promptsJson } from "../../rows/prompts.ts";
import type { Shard } from "../order/shard.ts";
import { EXTRA_NOUNS, type ExtraCount, type ExtraCounts, type ExtraKind } from "../state/extras.ts";

/** What is written from where to where. */
export interface ExtrasOptions {
  readonly source: Source;
  readonly folder: ExportFolder;
  /** Those that are exported. */
  readonly experiments: readonly Experiment[];
  /** What belongs to no experiment is in the first. @default {1 of 1} */
  readonly shard?: Shard;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
  /** Told about every file and every failure. */
  readonly logger: Logger;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Writes what there is, and returns the counts of it. Rejects with what ends the whole export; other failures are counted. */
export async function writeExtras(options: ExtrasOptions): Promise<ExtraCounts> {
  const { source: { extras = {} }, folder, experiments, shard, logger } = options;
  const { loggedModels, prompts } = extras;
  return {
    logged_models: loggedModels && await counted("logged_models", options, async () => {
      const lines = loggedModelLines(loggedModels(experiments), options);
      const count = await folder.writeLines("loggedModels", lines);
      if (count > 0) logger.info(`Wrote ${count} logged models: ${LAYOUT.loggedModels}`);
      return { found: count, exported: count };
    }),
    prompts: (shard?.index ?? 1) === 1 && prompts !== undefined
      ? await counted("prompts", options, async () => {
        const listed = await prompts();
        const count = listed.length;
        if (count === 0) await folder.drop("prompts");
        else {
          await folder.writeWhole("prompts", promptsJson(listed));
          logger.info(`Wrote ${count} prompts: ${LAYOUT.prompts}`);
        }
        return { found: count, exported: count };
      })
      : undefined,
  };
}

async function* loggedModelLines(
  models: AsyncIterable<LoggedModel>,
  { experiments, signal }: ExtrasOptions,
): AsyncGenerator<string> {
  const names = new Map(experiments.map(({ id, name }) => [id, name]));
  for await (const model of models) {
    signal?.throwIfAborted();
    yield `${loggedModelLine(model, { name: names.get(model.experimentId) ?? "" })}\n`;
  }
}

/** Undefined where there is nothing of the kind. */
async function counted(
  kind: ExtraKind,
  { logger, progress, redact = (text) => text }: ExtrasOptions,
  work: () => Promise<ExtraCount>,
): Promise<ExtraCount | undefined> {
  try {
    const count = await work();
    return count.found === 0 ? undefined : count;
  } catch (error) {
    if (endsEverything(error)) throw error;
    const reason = redact(messageOf(error));
    progress.failed({ what: "extras", status: statusOf(error), words: reason });
    logger.error(`Cannot export the ${EXTRA_NOUNS[kind][1]}: ${reason}; they are asked for again by --resume`);
    return { found: null, exported: 0, error: reason };
  }
}
