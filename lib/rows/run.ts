/**
 * One run's row of runs.json (spec, "Keys", run row): what goes to Kiroframe as import type 2.
 * @module
 */
import { AppError, endsEverything, messageOf } from "../errors.ts";
import { pyFloat, pyString } from "../json/exact.ts";
import { type JsonRow, pythonJson, RawJson, type RowOf } from "../json/python.ts";
import type { FilePart } from "../runtime/file_part.ts";
import type { RunDatasetRow, RunRow } from "../shapes/rows.ts";
import type { Dataset, Points, RunRecord } from "../source/mod.ts";
import { RowBytes } from "./row_bytes.ts";
import { isoUtc } from "./time.ts";

/** A long history that failed after its first pages: the row is to be written again without it. */
export class HistoryBroke extends AppError {
  override readonly name = "HistoryBroke";
  readonly key: string;

  /** Takes the metric's key and what went wrong. */
  constructor(key: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.key = key;
  }
}

/** What {@linkcode runLine} counts while it writes. */
export interface RunLineCounts {
  points: number;
  /** Values of latest metrics and points that are NaN or infinite: strings in the file. */
  nonFinite: number;
  /** Metrics whose history could not be read. */
  historyErrors: number;
}

export interface RunLineOptions {
  readonly includeSchemaProfile: boolean;
  /** Counters that are added to. */
  readonly counts: RunLineCounts;
  /** The text of metrics_history from an earlier export, in place of the record's histories. @default {none} */
  readonly taken?: TakenHistories;
  /** Called before and after the text of metrics_history, when all text before it has been taken. */
  readonly onHistories?: () => void;
  /** Where histories are written before they are given, for many lines one after another. @default {one of its own} */
  readonly bytes?: RowBytes;
}

/** From here on what was written of a line is given, so that a long one does not lie in memory. */
const PIECE_BYTES = 1 << 18;

/** The text of a run's metrics_history, as an earlier export wrote it. */
export interface TakenHistories {
  /** Where it lies, braces included. */
  readonly part: FilePart;
  readonly points: number;
  /** Of these, NaN and infinities. */
  readonly nonFinite: number;
}

/**
 * Gives the run's line, without its newline, in pieces: three for a usual run, many for one with long histories, so that
 * a history of millions of points never lies in memory. Bytes are good until the next piece is asked for. Rejects with {@linkcode HistoryBroke} where one failed on the way.
 */
export async function* runLine(
  record: RunRecord,
  options: RunLineOptions,
): AsyncGenerator<string | Uint8Array | FilePart> {
  const { run } = record;
  const { counts, taken, onHistories, includeSchemaProfile, bytes = new RowBytes() } = options;
  yield `${head(record, counts).slice(0, -1)}, "metrics_history": `;
  onHistories?.();
  if (taken === undefined) {
    yield* histories(record, counts, bytes);
  } else {
    yield taken.part;
    counts.points += taken.points;
    counts.nonFinite += taken.nonFinite;
  }
  onHistories?.();
  const datasets = pythonJson(run.datasets.map((dataset) => datasetItem(dataset, includeSchemaProfile)));
  yield `, "datasets": ${datasets}, "dataset_names": ${pythonJson(datasetNames(run.datasets))}}`;
}

async function* histories(record: RunRecord, counts: RunLineCounts, bytes: RowBytes): AsyncGenerator<Uint8Array> {
  // What a line that broke had left.
  bytes.take();
  let separator = "{";
  for (const [key, history] of record.histories) {
    bytes.text(`${separator}${pyString(key)}: `);
    separator = ", ";
    if ("error" in history) {
      counts.historyErrors++;
      bytes.text(pythonJson({ error: history.error }));
    } else if (Symbol.asyncIterator in history) {
      yield* pages(key, history, counts, bytes);
    } else {
      bytes.text("[");
      counts.nonFinite += bytes.points(history);
      counts.points += history.length;
      bytes.text("]");
    }
    if (bytes.length > PIECE_BYTES) yield bytes.take();
  }
  bytes.text(separator === "{" ? "{}" : "}");
  yield bytes.take();
}

async function* pages(
  key: string,
  history: AsyncIterable<Points>,
  counts: RunLineCounts,
  bytes: RowBytes,
): AsyncGenerator<Uint8Array> {
  let separator = "[";
  for await (const page of unlessBroken(key, history)) {
    if (page.length === 0) continue;
    bytes.text(separator);
    separator = ", ";
    counts.nonFinite += bytes.points(page);
    counts.points += page.length;
    if (bytes.length > PIECE_BYTES) yield bytes.take();
  }
  bytes.text(separator === "[" ? "[]" : "]");
}

/** Names of the datasets, in the run's order; nameless ones are left out. */
export function datasetNames(datasets: readonly Dataset[]): string[] {
  return datasets.map((dataset) => dataset.name).filter((name) => name !== "");
}

function head({ experiment, run }: RunRecord, counts: RunLineCounts): string {
  const latest = [...run.metrics].map(([key, value]) => {
    if (!Number.isFinite(value)) counts.nonFinite++;
    return `${pyString(key)}: ${pyFloat(value)}`;
  });
  return pythonJson(
    {
      experiment_name: experiment.name,
      experiment_id: experiment.id,
      run_id: run.id,
      status: run.status,
      lifecycle_stage: run.lifecycleStage,
      start_time: run.startTime,
      end_time: run.endTime,
      start_time_iso: isoUtc(run.startTime),
      end_time_iso: isoUtc(run.endTime),
      tags: run.tags,
      params: run.params,
      metrics_latest: new RawJson(`{${latest.join(", ")}}`),
    } satisfies RowOf<Omit<RunRow, "metrics_history" | "datasets" | "dataset_names">>,
  );
}

async function* unlessBroken<T>(key: string, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    throw endsEverything(error) ? error : new HistoryBroke(key, error);
  }
}

function datasetItem(dataset: Dataset, includeSchemaProfile: boolean): JsonRow {
  return {
    name: dataset.name,
    digest: dataset.digest,
    context: dataset.context,
    source_type: dataset.sourceType,
    source: dataset.source,
    ...(includeSchemaProfile ? { schema: dataset.schema, profile: dataset.profile } : {}),
  } satisfies RowOf<RunDatasetRow>;
}
