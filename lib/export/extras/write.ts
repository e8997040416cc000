/**
 * The files of what a source has besides runs and registered models. They are small beside the runs: each is written anew, also by --resume.
 * @module
 */
import { endsEverything, messageOf, statusOf } from "../../errors.ts";
import { LAYOUT } from "../../folder/layout.ts";
import type { Logger } from "../../logger.ts";
import { loggedModelLine } from "../../rows/logged_models.ts";
import type { Extras, LoggedModel } from "../../source/mod.ts";
import { promptsJson } from "../../rows/prompts.ts";
import { EXTRA_NOUNS, type ExtraCount, type ExtraCounts, extraEntries, type ExtraKind } from "../state/extras.ts";
import { writeDatasets, writeScorers, writeWebhooks } from "./evaluation.ts";
import { writeModelFiles } from "./model_files.ts";
import type { ExtrasOptions } from "./options.ts";
import { writeTraces } from "./traces.ts";

/** Writes what there is, and returns the counts of it. Rejects with what ends the whole export; other failures are counted. */
export async function writeExtras(options: ExtrasOptions): Promise<ExtraCounts> {
  const { source: { extras }, shard, progress } = options;
  if (extras === undefined) return {};
  const { loggedModels, prompts, traces, countTraces, evaluationDatasets, scorers, webhooks } = extras;
  const isFirst = (shard?.index ?? 1) === 1;
  progress.start("Exporting what there is besides runs");
  try {
    const counts: ExtraCounts = {
      logged_models: loggedModels && await counted("logged_models", options, () => writeModels(loggedModels, options)),
      prompts: isFirst && prompts ? await counted("prompts", options, () => writePrompts(prompts, options)) : undefined,
      traces: options.exportTraces && traces
        ? await exportTraces(traces, options)
        : countTraces && await tracesCounted(countTraces, options),
      evaluation_datasets: isFirst && evaluationDatasets
        ? await counted("evaluation_datasets", options, () => writeDatasets(evaluationDatasets, options))
        : undefined,
      scorers: scorers && await counted("scorers", options, () => writeScorers(scorers, options)),
      webhooks: isFirst && webhooks
        ? await counted("webhooks", options, () => writeWebhooks(webhooks, options))
        : undefined,
    };
    tellWhatIsLeft(counts, options.logger);
    return counts;
  } finally {
    progress.stop();
  }
}

/** Writes traces.jsonl; undefined where there are none. */
export async function exportTraces(
  traces: NonNullable<Extras["traces"]>,
  options: ExtrasOptions,
): Promise<ExtraCount | undefined> {
  const withSpans = options.traceSpans ?? false;
  return await counted("traces", options, async () => {
    const count = await writeTraces({ ...options, traces, withSpans });
    if (count.exported > 0) options.logger.info(`Wrote ${count.exported} traces: ${LAYOUT.traces}`);
    return count;
  });
}

async function writeModels(models: NonNullable<Extras["loggedModels"]>, options: ExtrasOptions): Promise<ExtraCount> {
  const { folder, experiments, logger } = options;
  const { downloadArtifacts = false, source: { extras } } = options;
  const alone: LoggedModel[] = [];
  const lines = loggedModelLines(models(experiments), { ...options, onAlone: (model) => void alone.push(model) });
  const count = await folder.writeLines("loggedModels", lines);
  if (count > 0) logger.info(`Wrote ${count} logged models: ${LAYOUT.loggedModels}`);
  const isWanted = downloadArtifacts && extras?.modelFiles !== undefined;
  const error = isWanted ? await writeModelFiles(extras.modelFiles, alone, options) : undefined;
  return { found: count, exported: count, error };
}

async function writePrompts(
  prompts: NonNullable<Extras["prompts"]>,
  { folder, logger }: ExtrasOptions,
): Promise<ExtraCount> {
  const listed = await prompts();
  const count = listed.length;
  if (count === 0) await folder.drop("prompts");
  else {
    await folder.writeWhole("prompts", promptsJson(listed));
    logger.info(`Wrote ${count} prompts: ${LAYOUT.prompts}`);
  }
  return { found: count, exported: count };
}

/** Of what is only counted a failure costs nothing that the folder should hold: it is told, and the export is whole all the same. */
async function tracesCounted(
  count: NonNullable<Extras["countTraces"]>,
  { experiments, redact = (text) => text, logger }: ExtrasOptions,
): Promise<ExtraCount | undefined> {
  try {
    const found = await count(experiments);
    return found === 0 ? undefined : { found, exported: 0 };
  } catch (error) {
    if (endsEverything(error)) throw error;
    logger.warn(`Cannot count the traces: ${redact(messageOf(error))}`);
    return { found: null, exported: 0 };
  }
}

/** Nobody is to believe that all is saved where it is not. */
function tellWhatIsLeft(counts: ExtraCounts, logger: Logger): void {
  const left = extraEntries(counts).filter(([, { exported, error }]) => exported === 0 && error === undefined);
  if (left.length === 0) return;
  const words = left.map(([kind, { found }]) => {
    const [one, many] = EXTRA_NOUNS[kind];
    const how = kind === "traces" ? " (--export-traces exports them)" : "";
    return `${found === null ? `${many}, if there are any` : `${found} ${found === 1 ? one : many}`}${how}`;
  });
  logger.warn(`Not exported: ${words.join(", ")}`);
}

async function* loggedModelLines(
  models: AsyncIterable<LoggedModel>,
  { experiments, onAlone, signal }: ExtrasOptions & { readonly onAlone: (model: LoggedModel) => void },
): AsyncGenerator<string> {
  const names = new Map(experiments.map(({ id, name }) => [id, name]));
  for await (const model of models) {
    signal?.throwIfAborted();
    if (model.sourceRunId === null) onAlone(model);
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
    if (count.error !== undefined) tell(count.error, null);
    return count.found === 0 ? undefined : count;
  } catch (error) {
    if (endsEverything(error)) throw error;
    const reason = redact(messageOf(error));
    tell(reason, statusOf(error));
    return { found: null, exported: 0, error: reason };
  }

  function tell(reason: string, status: number | null): void {
    progress.failed({ what: "extras", status, words: reason });
    logger.error(`Cannot export all ${EXTRA_NOUNS[kind][1]}: ${reason}; they are asked for again by --resume`);
  }
}
