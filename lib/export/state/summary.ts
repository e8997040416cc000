/**
 * summary.json: the reference's keys first, then ours.
 * @module
 */
import type { FileFacts } from "../../folder/inspect.ts";
import { type JsonRow, pythonJson, type RowOf } from "../../json/python.ts";
import type { Summary } from "../../shapes/folder.ts";
import { type ExtraCounts, extraEntries } from "./extras.ts";
import type { ExportCounts, FailedExperiment, FinishedExperiment } from "./progress.ts";

/** A finished experiment, and how many of its rows were found when the files were read back. */
export interface WrittenExperiment extends FinishedExperiment {
  /** Rows of runs.json. */
  readonly written: number;
}

/** What an export did. */
export interface ExportSummary {
  /** What the source is called in messages: "MLflow". */
  readonly sourceName: string;
  /** The source's version; null where it does not tell. */
  readonly sourceVersion: string | null;
  /** In the files' order. */
  readonly experiments: readonly WrittenExperiment[];
  /** Experiments whose runs could not be listed: the files have no row of them. */
  readonly failedExperiments: readonly FailedExperiment[];
  /** Why the registered models could not be listed; null where they could, or were not wanted. */
  readonly modelsFailure: string | null;
  /** What there is besides; undefined where version 0.1.0 exported. */
  readonly extras?: ExtraCounts;
  /** Runs in all experiments together. */
  readonly runs: number;
  /** Entries of artifacts_manifest.json. */
  readonly artifactEntries: number;
  /** Length, lines and hash of each file. */
  readonly files: Readonly<Record<string, FileFacts>>;
  /** Counters over all runs. */
  readonly counts: Readonly<ExportCounts>;
}

/** What Kiroframe has of an export, as summary.json tells it. */
export interface ImportedCounts {
  /** Rows that Kiroframe has: acknowledged now or earlier. */
  readonly acknowledged: number;
  /** Rows that it refused, or did not answer. */
  readonly failed: number;
  /** NaN and infinities left out, or sent as null. */
  readonly nonFiniteLeftOut: number;
  /** Points left out to thin histories. */
  readonly thinnedPoints: number;
  /** Runs that Kiroframe has, by experiment id. */
  readonly runsByExperiment: ReadonlyMap<string, number>;
  /** What was sent once and is gone from the source now: ids. Undefined where that is not known. */
  readonly gone?: { readonly experiments: readonly string[]; readonly runs: readonly string[] };
}

/** The text of summary.json; after an import, with what Kiroframe has. What could not be listed is named only where there is something. */
export function summaryJson(summary: ExportSummary, imported?: ImportedCounts): string {
  const { experiments, failedExperiments, modelsFailure, counts } = summary;
  const details = experiments.map(({ id, name, runs, datasetRows }): [string, JsonRow] => [
    id,
    { name, runs, dataset_rows: datasetRows },
  ]);
  return pythonJson(
    {
      mlflow_version: summary.sourceVersion,
      experiments: experiments.length,
      runs: summary.runs,
      dataset_rows: experiments.reduce((sum, experiment) => sum + experiment.datasetRows, 0),
      artifact_entries: summary.artifactEntries,
      experiments_detail: new Map(details),
      metric_points: counts.points,
      non_finite_values: counts.nonFinite,
      history_errors: counts.historyErrors,
      artifact_errors: counts.artifactErrors,
      reconciliation: new Map(
        experiments.map(({ id, runs, written }) => {
          const acknowledged = imported === undefined ? null : imported.runsByExperiment.get(id) ?? 0;
          return [id, { listed: runs, written, acknowledged }];
        }),
      ),
      import: imported === undefined ? null : {
        acknowledged: imported.acknowledged,
        failed: imported.failed,
        non_finite_left_out: imported.nonFiniteLeftOut,
        thinned_points: imported.thinnedPoints,
        ...(imported.gone === undefined ? {} : { deleted_in_source: imported.gone }),
      },
      files: new Map(Object.entries(summary.files).map(([name, facts]) => [name, { ...facts }])),
      failed_experiments: failedExperiments.length === 0 ? undefined : failedExperiments.map(failedRow),
      models_error: modelsFailure ?? undefined,
      artifact_runs: counts.artifactRuns,
      artifact_files: counts.artifactFiles,
      artifact_bytes: counts.artifactBytes,
      runs_without_model_files: counts.runsWithoutModelFiles || undefined,
      extras: extrasRow(summary.extras),
    } satisfies RowOf<Summary>,
    2,
  );
}

/** What summary.json tells of an import, from its JSON: for whoever writes the file again; undefined where there was none. */
// deno-lint-ignore no-explicit-any -- our own file, as it was written
export function importedOf(json: any): ImportedCounts | undefined {
  if (!json.import) return undefined;
  const { acknowledged, failed, non_finite_left_out, thinned_points } = json.import;
  const runs = Object.entries<{ acknowledged: number }>(json.reconciliation);
  return {
    acknowledged,
    failed,
    nonFiniteLeftOut: non_finite_left_out,
    thinnedPoints: thinned_points,
    runsByExperiment: new Map(runs.map(([id, counts]) => [id, counts.acknowledged])),
  };
}

function extrasRow(counts: ExtraCounts | undefined): JsonRow | undefined {
  const entries = extraEntries(counts);
  return entries.length === 0 ? undefined : new Map(entries.map(([kind, count]) => [kind, { ...count }]));
}

function failedRow({ id, name, status, reason }: FailedExperiment): JsonRow {
  return { experiment_id: id, experiment_name: name, status, reason };
}
