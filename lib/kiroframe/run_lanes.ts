/**
 * The order in which runs are sent: inside an experiment the oldest first, for Kiroframe numbers them as they come.
 * @module
 */
import type { FileHandle } from "node:fs/promises";
import { readRowHead } from "../lines/row_head.ts";
import { readRange } from "./rows/file_range.ts";
import { indexLines, type IndexLinesOptions, type LineIndex } from "./rows/line_index.ts";
import { idsOfRow } from "./rows/ids.ts";

/** The runs of one experiment. */
export interface RunLane {
  /** experiment_id; "" for lines that are no rows. */
  readonly experimentId: string;
  /** Line numbers in the order of sending. */
  readonly lines: Int32Array;
}

/** Everything in runs.json. */
export interface RunPlan {
  readonly index: LineIndex;
  /** The experiments, from the last in the file to the first: one lane at a time sends the file backwards. */
  readonly lanes: readonly RunLane[];
}

/** Reads runs.json once and plans what is sent when. Takes 20 bytes a run. */
export async function planRuns(file: FileHandle, options: Pick<IndexLinesOptions, "check"> = {}): Promise<RunPlan> {
  const groups = new Map<string, number[]>();
  const unclear: number[] = [];
  const index = await indexLines(file, {
    ...options,
    onLine(head, line): void {
      const ids = readRowHead(head);
      if (ids === undefined) unclear.push(line);
      else group(ids.experimentId).push(line);
    },
  });
  for (const line of unclear) {
    options.check?.();
    group(idsOfRow(await readRange(file, index.range(line)))?.experimentId ?? "").push(line);
  }
  const lanes = [...groups].map(([experimentId, lines]) => ({
    experimentId,
    lines: Int32Array.from(lines).sort().reverse(),
  }));
  return { index, lanes: lanes.sort((one, other) => other.lines[0]! - one.lines[0]!) };

  function group(experimentId: string): number[] {
    const lines = groups.get(experimentId) ?? [];
    groups.set(experimentId, lines);
    return lines;
  }
}
