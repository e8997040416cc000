/**
 * An export that has finished, as its folder keeps it.
 * @module
 */
import type { ExportFolder } from "../../folder/export_folder.ts";
import type { ExportSummary } from "./summary.ts";

/** What an export did whose files are all written; null where it was not finished, or is not one of ours. */
export function finishedExport(folder: ExportFolder): ExportSummary | null {
  const kept = folder.state.kept("summary") as (ExportSummary & { readonly mlflowVersion?: string | null }) | undefined;
  if (kept === undefined) return null;
  // Version 0.1.0 kept the server's version as MLflow's, and ended where a listing failed.
  const { mlflowVersion, ...summary } = kept;
  const { sourceName = "MLflow", sourceVersion = mlflowVersion ?? null } = summary;
  const { failedExperiments = [], modelsFailure = null } = summary;
  return { ...summary, sourceName, sourceVersion, failedExperiments, modelsFailure };
}
