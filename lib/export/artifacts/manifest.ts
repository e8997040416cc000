/**
 * What is kept of the artifacts that were fetched: a run's entry of artifacts_manifest.json, in the reference's form, and its line of
 * artifacts_files.jsonl, which `verify` holds the files against.
 * @module
 */
import { join } from "node:path";
import type { FolderState, ManifestRow } from "../../folder/state.ts";
import { pythonJson, type RowOf } from "../../json/python.ts";
import type { Logger, Progress } from "../../logger.ts";
import type { ArtifactFilesRow, ManifestEntry } from "../../shapes/folder.ts";
import type { ExportCounts } from "../state/progress.ts";

/** A file that was fetched, or was there whole. */
export interface FetchedFile {
  /** Below the run's folder, with "/" between parts. */
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** SHA-256 of what lies on the disk, in hex. */
  readonly sha256: string;
}

/** What became of one run's artifacts. */
export interface ArtifactOutcome {
  readonly runId: string;
  /** Where its artifacts are. */
  readonly folder: string;
  /** Those that are there, in the listing's order. */
  readonly files: readonly FetchedFile[];
  /** One line a file (or listing) that failed, without secrets. */
  readonly failures: readonly string[];
  /** HTTP status of the first of them; null where there is none. */
  readonly failureStatus: number | null;
  /** Whether the run logged a model and yet lists no file at all. */
  readonly lacksModel: boolean;
}

/** Keeps what became of a run's artifacts, and says what failed. */
export function keepArtifacts(
  outcome: ArtifactOutcome,
  { state, counts, logger, progress, replaced }: {
    readonly state: FolderState;
    readonly counts: ExportCounts;
    readonly logger: Logger;
    readonly progress: Progress;
    /** The row that it takes the place of. @default {none} */
    readonly replaced?: number;
  },
): void {
  const row = manifestRow(outcome);
  if (replaced === undefined) state.addManifestRow(row);
  else state.replaceManifestRow(replaced, row);
  for (const failure of outcome.failures) logger.warn(`Artifacts of run ${outcome.runId}: ${failure}`);
  // Where there are several, the first says how many.
  const first = outcome.failures[1] ?? outcome.failures[0];
  if (first !== undefined) progress.failed({ what: "artifacts", status: outcome.failureStatus, words: first });
  if (!outcome.lacksModel) return;
  counts.runsWithoutModelFiles++;
  logger.warn(`Artifacts of run ${outcome.runId}: it logged a model, and lists no file`);
}

/** Says at the end how much there is of the artifacts, and what should make one wonder. */
export function tellArtifacts(
  counts: ExportCounts,
  { runs, logger }: { readonly runs: number; readonly logger: Logger },
): void {
  const { artifactRuns = 0, artifactFiles = 0, artifactBytes = 0, artifactErrors, runsWithoutModelFiles } = counts;
  logger.info(`Artifacts of ${artifactRuns} of ${runs} runs are there: ${artifactFiles} files, ${artifactBytes} bytes`);
  if (runs > 0 && artifactFiles === 0 && artifactErrors === 0) {
    logger.warn(
      "No run lists any artifact: if there should be some, the server does not find the place where it keeps them",
    );
  }
  if (runsWithoutModelFiles > 0) {
    logger.warn(
      `${runsWithoutModelFiles} runs logged a model and list no file: the server does not find what it should have`,
    );
  }
}

function manifestRow({ runId, folder, files, failures }: ArtifactOutcome): ManifestRow {
  return {
    entry: entryText(
      failures.length === 0
        ? { run_id: runId, artifacts_path: folder }
        : { run_id: runId, artifacts_error: failures.join("; ") },
    ),
    files: pythonJson({ run_id: runId, files: files.map((file) => ({ ...file })) } satisfies RowOf<ArtifactFilesRow>),
  };
}

/** The text of an entry, indented as one of the list that the file is. */
export function entryText(entry: ManifestEntry): string {
  return pythonJson([{ ...entry }], 2).slice("[\n".length, -"\n]".length);
}

/** The entry of a run whose artifacts lie below this folder now, wherever they were fetched to. */
export function placedIn(artifactsFolder: string, { run_id: runId, ...entry }: ManifestEntry): ManifestEntry {
  return {
    run_id: runId,
    ...entry,
    ...entry.artifacts_path === undefined ? {} : { artifacts_path: join(artifactsFolder, runId) },
  };
}

/** Counts what is kept. */
export function artifactCounts(
  state: FolderState,
): Required<Pick<ExportCounts, "artifactErrors" | "artifactRuns" | "artifactFiles" | "artifactBytes">> {
  const counts = { artifactErrors: 0, artifactRuns: 0, artifactFiles: 0, artifactBytes: 0 };
  for (const { entry, files: line } of state.manifestRows()) {
    if ((JSON.parse(entry) as ManifestEntry).artifacts_error !== undefined) counts.artifactErrors++;
    const files: readonly FetchedFile[] = line === null ? [] : JSON.parse(line).files;
    if (files.length > 0) counts.artifactRuns++;
    counts.artifactFiles += files.length;
    counts.artifactBytes += files.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  return counts;
}
