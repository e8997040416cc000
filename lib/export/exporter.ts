/**
 * The order of an export's work: experiments, their runs row by row, then the files that need all of them.
 * Everything written is made durable about once a second, so that an interrupted export goes on from there.
 * @module
 */
import { stat } from "node:fs/promises";
import type { ExportFolder } from "../folder/export_folder.ts";
import { LAYOUT } from "../folder/layout.ts";
import { type PreviousFolder, RUNS_WRITTEN } from "../folder/previous.ts";
import { csvLine } from "../folder/runs_csv.ts";
import type { Experiment, ExperimentFailure, RunRecord, Source } from "../source/mod.ts";
import type { Logger, Progress } from "../logger.ts";
import { downloadArtifacts } from "./artifacts/fetch.ts";
import { ARTIFACT_RUNS_AT_ONCE, endArtifacts, fetchAgain } from "./artifacts/end.ts";
import { BASIC_COLUMNS, basicCells, flatCells, RUN_COLUMNS } from "../rows/csv.ts";
import { datasetLines } from "../rows/datasets.ts";
import { askAhead } from "./order/ahead.ts";
import {
  chooseExperiments,
  type ChosenExperiments,
  keepExperiments,
  keptExperiments,
  type Selection,
} from "./order/experiments.ts";
import { type ArtifactOutcome, keepArtifacts } from "./artifacts/manifest.ts";
import { extraEntries } from "./state/extras.ts";
import { ExportProgress } from "./state/progress.ts";
import { addParquet, writeParquetFiles } from "./parquet.ts";
import { RowBytes } from "../rows/row_bytes.ts";
import { addTraces } from "./extras/add.ts";
import { writeExtras } from "./extras/write.ts";
import { writeModels } from "./models.ts";
import { writeRunLine } from "./run_line.ts";
import type { Shard } from "./order/shard.ts";
import { sideBySide } from "./order/side_by_side.ts";
import { finishedExport } from "./state/finished.ts";
import { type ExportSummary, summaryJson } from "./state/summary.ts";
import { Takeover } from "./takeover.ts";
import { countTotals, leavesRunsOut } from "./state/totals.ts";
import { Turns } from "./order/turns.ts";

export interface ExportOptions {
  /** Where the rows come from. */
  readonly source: Source;
  /** Where they go. */
  readonly folder: ExportFolder;
  /** Dataset schema and profile in the rows. */
  readonly includeSchemaProfile: boolean;
  /** models.json. */
  readonly exportModels: boolean;
  /** artifacts/ and the manifest's rows. */
  readonly downloadArtifacts: boolean;
  /** traces.jsonl. @default {false} */
  readonly exportTraces?: boolean;
  /** The spans of the traces too. @default {false} */
  readonly traceSpans?: boolean;
  /** metrics.parquet, params.parquet and runs.parquet. @default {false} */
  readonly parquet?: boolean;
  /** Which experiments and runs. @default {{}} all active ones */
  readonly selection?: Selection;
  /** One part of those, for one of many machines; models are in the first. @default {1 of 1} */
  readonly shard?: Shard;
  /** The experiments, where they were chosen before the folder was made. @default what the selection gives */
  readonly chosen?: ChosenExperiments;
  /** A finished export: what is still the same is taken over from it. @default {none: all is read} */
  readonly previous?: PreviousFolder;
  /** Takes secrets out of a server's words before they are written into a file. @default {(text) => text} */
  readonly redact?: (text: string) => string;
  /** Told about every file and every failure. */
  readonly logger: Logger;
  /** Told about every run. */
  readonly progress: Progress;
  /** Ends the export when it is aborted; the folder can be resumed. */
  readonly signal?: AbortSignal;
  /** Milliseconds between two checkpoints. @default {1000} */
  readonly commitEveryMs?: number;
}

/**
 * Exports a source into a folder, going on from the folder's checkpoint if it has one; of a finished one only artifacts that failed are fetched.
 * Resolves with what summary.json says.
 * Rejects with an AppError; what was committed until then is kept, and the next call goes on from there.
 */
export async function exportSource(options: ExportOptions): Promise<ExportSummary> {
  const { source, folder, previous, logger } = options;
  const finished = finishedExport(folder);
  if (finished !== null && !canAskAgain(finished, folder)) {
    return await addTraces(await addParquet(await fetchAgain(finished, options), options), options);
  }
  const isResumed = folder.state.checkpoint() !== undefined;
  const warnings = source.warnings();
  const experiments = await experimentsOf(options);
  for (const warning of await warnings) logger.warn(warning);
  logger.info(`Found ${experiments.length} experiments`);

  await folder.startWriting(csvLine(BASIC_COLUMNS));
  const done = ExportProgress.of(folder.state);
  const takeover = previous && new Takeover(previous);
  // Where histories are read the server has enough to do; a source without calls answers at once.
  const asked = takeover !== undefined && source.calls > 0 ? askAhead(experiments, options) : undefined;
  let summary: ExportSummary;
  try {
    await exportRuns(experiments, done, { ...options, takeover });
    options.progress.start("Writing files");
    await endArtifacts(done.counts, {
      ...options,
      isResumed,
      runs: done.finished.reduce((sum, { runs }) => sum + runs, 0),
    });
    await folder.commit(done.state());
    await folder.stopWriting();
    summary = await writeWholeFiles(experiments, done, { ...options, source: asked?.source ?? source });
  } finally {
    await asked?.settle();
  }
  await previous?.share(folder.path, summary.files);
  const { identity, version } = source;
  logger.info(`${identity.name} version: ${version ?? "not told"}`);
  folder.state.keep("summary", summary);
  folder.state.keep(RUNS_WRITTEN, (await stat(folder.file("runs"))).mtimeMs);
  // A shard's rows of runs.csv are wanted again: merge sorts them into one file. So are all where something is still to come.
  if (options.shard === undefined && !canAskAgain(summary, folder)) folder.state.dropSpool();
  return summary;
}

/** Whether there is something that could not be listed, and may be when it is asked for again; a merged folder has nobody to ask. */
function canAskAgain({ failedExperiments, modelsFailure, extras }: ExportSummary, { state }: ExportFolder): boolean {
  const hasFailed = failedExperiments.length > 0 || modelsFailure !== null ||
    extraEntries(extras).some(([, { error }]) => error !== undefined);
  return hasFailed && keptExperiments(state) !== null;
}

async function experimentsOf(options: ExportOptions): Promise<readonly Experiment[]> {
  const { source, folder: { state } } = options;
  const kept = keptExperiments(state);
  if (kept !== null) return kept;
  const chosen = options.chosen ?? await chooseExperiments(source, options);
  keepExperiments(state, chosen);
  return chosen.experiments;
}

/** What writing a run needs besides. */
interface RunOptions extends ExportOptions {
  readonly takeover?: Takeover;
}

async function exportRuns(
  experiments: readonly Experiment[],
  done: ExportProgress,
  options: RunOptions,
): Promise<void> {
  const { source, folder, selection = {}, shard, takeover, progress, signal } = options;
  const queue = done.queue(experiments);
  const failures = new Map<string, ExperimentFailure>();
  const onFailure = (failure: ExperimentFailure): void => void failures.set(failure.experiment.id, failure);
  const totals = leavesRunsOut(selection)
    ? await countTotals(source, folder.state, { experiments: queue, selection, onFailure, signal })
    : new Map();
  const countable = queue.filter(({ id }) => !failures.has(id));
  const records = source.runs(countable, {
    ...selection,
    isDone: done.behind(queue[0]),
    needsHistories: takeover && ((run): boolean => !takeover.takes(run)),
    onFailure,
  });
  const turns = new Turns({ ...options, queue, done, totals, failures });
  let committedMs = performance.now();
  progress.start("Exporting runs");
  progress.expectExperiments(experiments.length, done.finished.length);
  const bytes = new RowBytes();
  for await (const [record, artifacts] of withArtifacts(records, options)) {
    signal?.throwIfAborted();
    await turns.endUntil(record.experiment.id);
    progress.detail(record.experiment.name);
    await writeRun(record, artifacts, { done, bytes, ...options });
    progress.advance();
    if (performance.now() - committedMs < (options.commitEveryMs ?? 1000)) continue;
    await folder.commit(done.state());
    committedMs = performance.now();
  }
  await turns.endUntil(null);
  await folder.commit(done.state());
  const wereAllAsked = (selection.experiments ?? []).length === 0 && (shard?.count ?? 1) === 1;
  turns.failIfNoneListed(source.identity.name, { wereAllAsked });
}

async function* withArtifacts(
  records: AsyncIterable<RunRecord>,
  options: RunOptions,
): AsyncGenerator<[RunRecord, ArtifactOutcome | null]> {
  if (!options.downloadArtifacts) {
    for await (const record of records) yield [record, null];
    return;
  }
  const { source, folder, takeover, redact, progress } = options;
  const artifactsFolder = folder.file("artifacts");
  yield* sideBySide(records, async (record, signal): Promise<[RunRecord, ArtifactOutcome]> => [
    record,
    await takeover?.artifacts(record.run, artifactsFolder) ??
      await downloadArtifacts(source, record.run, { artifactsFolder, redact, progress, signal }),
  ], { atOnce: ARTIFACT_RUNS_AT_ONCE, signal: options.signal });
}

async function writeRun(
  record: RunRecord,
  artifacts: ArtifactOutcome | null,
  options: RunOptions & { readonly done: ExportProgress; readonly bytes: RowBytes },
): Promise<void> {
  const { folder, includeSchemaProfile, logger, progress, done } = options;
  const { run } = record;
  progress.count("datasets", run.datasets.length);
  await writeRunLine(record, { ...options, counts: done.counts });
  for (const line of datasetLines(record, includeSchemaProfile)) await folder.append(LAYOUT.datasets, line + "\n");
  await folder.append(LAYOUT.runsBasicCsv, csvLine(basicCells(record)));
  folder.state.addRun({ runId: run.id, startTime: run.startTime, cells: flatCells(record) });
  if (artifacts !== null) keepArtifacts(artifacts, { state: folder.state, counts: done.counts, logger, progress });
  done.add(run);
}

async function writeWholeFiles(
  exported: readonly Experiment[],
  done: ExportProgress,
  options: ExportOptions,
): Promise<ExportSummary> {
  const { folder, source, exportModels, shard, logger } = options;
  await folder.writeRunsCsv(RUN_COLUMNS);
  logger.info(`Wrote CSV: ${LAYOUT.runsCsv}`);
  const artifactEntries = await folder.writeManifest();
  const modelsFailure = exportModels && (shard?.index ?? 1) === 1 ? await writeModels(options) : null;
  const extras = await writeExtras({ ...options, experiments: exported });
  const { files: texts, runsByExperiment } = await folder.inspect();
  const files = { ...texts, ...await writeParquetFiles(folder, options) };
  const experiments = done.finished.map((one) => ({ ...one, written: runsByExperiment.get(one.id) ?? 0 }));
  const runs = experiments.reduce((sum, experiment) => sum + experiment.runs, 0);
  const { identity: { name: sourceName }, version: sourceVersion } = source;
  const summary = {
    sourceName,
    sourceVersion,
    experiments,
    failedExperiments: done.failed,
    modelsFailure,
    extras,
    runs,
    artifactEntries,
    files,
    counts: done.counts,
  };
  await folder.writeWhole("summary", summaryJson(summary));
  logger.info(`Wrote summary: ${LAYOUT.summary}`);
  return summary;
}
