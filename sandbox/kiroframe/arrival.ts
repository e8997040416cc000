/**
 * What one import brings, read out of its body.
 * @module
 */
import { type Receipt, refuse } from "./protocol.ts";
import { createRowCheck, type KiroframeBody, type RowCheckOptions } from "./rows.ts";

export interface Arrival {
  /** import_source_id: tells the tracking servers apart. */
  readonly sourceId: string;
  /** 1: an experiment, 2: a run, 3: the whole list of models. */
  readonly importType: number;
  /** experiment_id of the line; null where it has none. */
  readonly experimentId: string | null;
  /** run_id of the line (type 2). */
  readonly runId: string | null;
  /** start_time of the line (type 2), in milliseconds. */
  readonly startTimeMs: number | null;
  /** The row, or the list of models; null where the sandbox only counts. */
  readonly line: unknown;
}

/** Reads a body, or says why it is refused. */
export type ReadArrival = (body: Uint8Array) => Arrival | Receipt;

/** Returns what reads bodies whole, and checks them key by key. */
export function createRowReader(options: RowCheckOptions = {}): ReadArrival {
  const check = createRowCheck(options);
  return function readRow(bytes: Uint8Array): Arrival | Receipt {
    let parsed: unknown;
    try {
      parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    } catch (error) {
      return refuse(400, `The body is not JSON: ${(error as Error).message}`);
    }
    const { body, reason } = check(parsed);
    return body === undefined ? refuse(422, reason) : arrivalOf(body);
  };
}

function arrivalOf({ import_source_id: sourceId, import_type: importType, line }: KiroframeBody): Arrival {
  const row = line as { experiment_id?: string; run_id?: string; start_time?: number | null };
  return {
    sourceId,
    importType,
    experimentId: row.experiment_id ?? null,
    runId: row.run_id ?? null,
    startTimeMs: row.start_time ?? null,
    line,
  };
}
