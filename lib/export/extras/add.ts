/**
 * Traces of an export that was finished without them.
 * @module
 */
import { type FileFacts, inspectFile } from "../../folder/inspect.ts";
import { LAYOUT } from "../../folder/layout.ts";
import { keptExperiments } from "../order/experiments.ts";
import { rewriteSummary } from "../state/rewrite.ts";
import type { ExportSummary } from "../state/summary.ts";
import type { ExtrasOptions } from "./options.ts";
import { exportTraces } from "./write.ts";

/** Adds traces.jsonl where it is asked for and there are traces. Resolves with the export's new summary. */
export async function addTraces(
  finished: ExportSummary,
  options: Omit<ExtrasOptions, "experiments">,
): Promise<ExportSummary> {
  const { folder, source } = options;
  const experiments = keptExperiments(folder.state);
  const counted = finished.extras?.traces;
  if (!options.exportTraces || source.extras?.traces === undefined || experiments === null) return finished;
  if (counted === undefined || counted.exported > 0) return finished;
  const traces = await exportTraces(source.extras.traces, { ...options, experiments });
  const isThere = (traces?.exported ?? 0) > 0;
  const files: Record<string, FileFacts> = isThere ? { [LAYOUT.traces]: await inspectFile(folder.file("traces")) } : {};
  const summary = {
    ...finished,
    extras: { ...finished.extras, traces },
    files: { ...finished.files, ...files },
  };
  await rewriteSummary(folder, summary);
  return summary;
}
