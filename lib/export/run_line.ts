/**
 * One run's line of runs.json, written piece by piece.
 * @module
 */
import type { ExportFolder } from "../folder/export_folder.ts";
import { statusOf } from "../errors.ts";
import { LAYOUT } from "../folder/layout.ts";
import type { Logger, Progress } from "../logger.ts";
import type { RowBytes } from "../rows/row_bytes.ts";
import { HistoryBroke, runLine, type RunLineCounts } from "../rows/run.ts";
import type { RunRecord } from "../source/mod.ts";
import { fingerprintOf } from "./state/fingerprint.ts";
import type { ExportCounts } from "./state/progress.ts";
import type { Takeover } from "./takeover.ts";

/** Where and how {@linkcode writeRunLine} writes. */
export interface RunLineTarget {
  /** Where the line goes. */
  readonly folder: ExportFolder;
  /** Dataset schema and profile in the row. */
  readonly includeSchemaProfile: boolean;
  /** Takes histories over from the export before. @default {none: the record's are written} */
  readonly takeover?: Takeover;
  /** Where histories are written first. */
  readonly bytes: RowBytes;
  /** Counters that are added to. */
  readonly counts: ExportCounts;
  /** Told about every history that could not be read. */
  readonly logger: Logger;
  /** Told what was read. */
  readonly progress: Progress;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
}

/** Counts of one line. Its points are told as they come, for a run may have millions. */
class LiveCounts implements RunLineCounts {
  nonFinite = 0;
  historyErrors = 0;
  #points = 0;
  readonly #progress: Progress | undefined;

  constructor(progress: Progress | undefined) {
    this.#progress = progress;
  }

  get points(): number {
    return this.#points;
  }

  set points(points: number) {
    this.#progress?.count("points", points - this.#points);
    this.#points = points;
  }
}

/** Writes the line; a history that cannot be read has the reason in its place. Rejects with what ends the whole export. */
export async function writeRunLine(
  record: RunRecord,
  { folder, includeSchemaProfile, takeover, bytes, counts: total, logger, progress, redact = (text) => text }:
    RunLineTarget,
): Promise<void> {
  const histories = new Map(
    [...record.histories].map((
      [key, history],
    ) => [key, "error" in history ? { ...history, error: redact(history.error) } : history]),
  );
  const { run } = record;
  const taken = takeover?.histories(run);
  if (taken !== undefined) total.takenRuns++;
  for (;;) {
    const counts = new LiveCounts(taken === undefined ? progress : undefined);
    const marks: { readonly at: number; readonly nonFinite: number }[] = [];
    const onHistories = (): void => void marks.push({ at: folder.lengthOf(LAYOUT.runs), nonFinite: counts.nonFinite });
    try {
      const row = runLine({ ...record, histories }, { includeSchemaProfile, counts, taken, onHistories, bytes });
      await folder.appendLine(LAYOUT.runs, row);
      const [begin, end] = marks;
      const fingerprint = counts.historyErrors > 0 ? null : taken?.fingerprint ?? fingerprintOf(run);
      if (fingerprint !== null && begin !== undefined && end !== undefined) {
        folder.state.addHistories({
          runId: run.id,
          fingerprint,
          offset: begin.at,
          length: end.at - begin.at,
          points: counts.points,
          nonFinite: end.nonFinite - begin.nonFinite,
        });
      }
      progress.count(taken === undefined ? "runs" : "unchangedRuns");
      if (taken === undefined) progress.count("metrics", histories.size - counts.historyErrors);
      total.points += counts.points;
      total.nonFinite += counts.nonFinite;
      total.historyErrors += counts.historyErrors;
      break;
    } catch (error) {
      if (!(error instanceof HistoryBroke)) throw error;
      counts.points = 0;
      // A long history broke after its beginning was written: the row is written again, with the reason in its place.
      histories.set(error.key, { error: redact(error.message), status: statusOf(error.cause) });
    }
  }
  for (const [key, history] of histories) {
    if (!("error" in history)) continue;
    logger.warn(`Cannot read metric "${key}" of run ${run.id}: ${history.error}`);
    progress.failed({ what: "histories", status: history.status ?? null, words: history.error });
  }
}
