/**
 * Artifacts after the last run: those of runs for which some failed in an earlier try are fetched again, and all are counted.
 * @module
 */
import { readFile, rm } from "node:fs/promises";
import { AppError, messageOf } from "../../errors.ts";
import type { ExportFolder } from "../../folder/export_folder.ts";
import { inspectFile } from "../../folder/inspect.ts";
import { LAYOUT } from "../../folder/layout.ts";
import type { ManifestEntry } from "../../shapes/folder.ts";
import type { Logger, Progress } from "../../logger.ts";
import { isDatabaseError } from "../../runtime/sqlite.ts";
import type { Run, Source } from "../../source/mod.ts";
import { beginningsFolder, downloadArtifacts } from "./fetch.ts";
import { keptExperiments, type Selection } from "../order/experiments.ts";
import { artifactCounts, type ArtifactOutcome, entryText, keepArtifacts, placedIn, tellArtifacts } from "./manifest.ts";
import type { ExportCounts } from "../state/progress.ts";
import { sideBySide } from "../order/side_by_side.ts";
import { rewriteSummary } from "../state/rewrite.ts";
import type { ExportSummary } from "../state/summary.ts";

/** Runs whose artifacts are fetched side by side. */
export const ARTIFACT_RUNS_AT_ONCE = 4;

/** What is needed to go on: a part of an export's options. */
export interface ArtifactOptions {
  readonly source: Source;
  readonly folder: ExportFolder;
  readonly downloadArtifacts: boolean;
  readonly selection?: Selection;
  readonly redact?: (text: string) => string;
  readonly logger: Logger;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Ends the artifacts of an export whose runs are all written: counts them into `counts`. */
export async function endArtifacts(
  counts: ExportCounts,
  { isResumed, runs, ...options }: ArtifactOptions & { readonly isResumed: boolean; readonly runs: number },
): Promise<void> {
  if (!options.downloadArtifacts) return;
  const { folder, logger } = options;
  if (isResumed) await fetchFailed(counts, options);
  await rm(beginningsFolder(folder.file("artifacts")), { recursive: true, force: true });
  Object.assign(counts, artifactCounts(folder.state));
  tellArtifacts(counts, { runs, logger });
}

/** Fetches again what failed in an export that is finished; its other files stay as they are. Resolves with its new summary. */
export async function fetchAgain(finished: ExportSummary, options: ArtifactOptions): Promise<ExportSummary> {
  if (!options.downloadArtifacts || finished.counts.artifactErrors === 0) return finished;
  const { folder, folder: { state } } = options;
  const isLoaded = await loadManifest(folder);
  const counts = { ...finished.counts };
  await endArtifacts(counts, { ...options, isResumed: true, runs: finished.runs });
  const artifactEntries = await folder.writeManifest();
  const files = { ...finished.files };
  for (const name of ["manifest", "artifactFiles"] as const) files[LAYOUT[name]] = await inspectFile(folder.file(name));
  const summary = { ...finished, counts, artifactEntries, files };
  await rewriteSummary(folder, summary);
  if (isLoaded) state.dropSpool();
  state.save();
  return summary;
}

async function fetchFailed(counts: ExportCounts, options: ArtifactOptions): Promise<void> {
  const { source, folder, logger, progress, redact } = options;
  const failed = new Map<string, number>();
  for (const { rowid, entry } of folder.state.manifestRows()) {
    const { run_id: runId, artifacts_error: error }: ManifestEntry = JSON.parse(entry);
    if (error !== undefined) failed.set(runId, rowid);
  }
  if (failed.size === 0) return;
  logger.info(`Fetching again the artifacts of ${failed.size} runs that failed before`);
  const artifactsFolder = folder.file("artifacts");
  const outcomes = sideBySide(
    runsOf(new Set(failed.keys()), options),
    (run, signal): Promise<ArtifactOutcome> =>
      downloadArtifacts(source, run, { artifactsFolder, redact, progress, signal }),
    { atOnce: ARTIFACT_RUNS_AT_ONCE, signal: options.signal },
  );
  for await (const outcome of outcomes) {
    keepArtifacts(outcome, { state: folder.state, counts, logger, progress, replaced: failed.get(outcome.runId) });
  }
}

/** The runs of these ids, as far as the source still lists them. */
async function* runsOf(ids: Set<string>, { source, folder, selection, signal }: ArtifactOptions): AsyncGenerator<Run> {
  const { includeDeleted } = selection ?? {};
  const experiments = keptExperiments(folder.state) ?? await Array.fromAsync(source.experiments({ includeDeleted }));
  // An experiment that cannot be listed keeps its failures.
  for await (const run of source.listedRuns(experiments, { includeDeleted, onFailure: () => {} })) {
    signal?.throwIfAborted();
    if (ids.delete(run.id)) yield run;
    if (ids.size === 0) return;
  }
}

/** A finished export has forgotten what its files tell, a shard's has not. Resolves whether anything had to be loaded. */
async function loadManifest(folder: ExportFolder): Promise<boolean> {
  const { state } = folder;
  for (const _ of state.manifestRows()) return false;
  const readText = (path: string): Promise<string> => readFile(path, "utf8");
  try {
    const entries: readonly ManifestEntry[] = JSON.parse(await readText(folder.file("manifest")));
    // Version 0.1.0 wrote no such file.
    const lines = await readText(folder.file("artifactFiles")).catch(() => "");
    const files = new Map(
      lines.split("\n").filter((line) => line !== "").map((line) => [JSON.parse(line).run_id, line]),
    );
    for (const entry of entries) {
      const text = entryText(placedIn(folder.file("artifacts"), entry));
      state.addManifestRow({ entry: text, files: files.get(entry.run_id) ?? null });
    }
    return true;
  } catch (cause) {
    if (isDatabaseError(cause)) throw cause;
    throw new AppError(`Cannot read which artifacts failed in ${folder.path}: ${messageOf(cause)}`, {
      hint: "The folder was changed since its export: export anew",
      cause,
    });
  }
}
