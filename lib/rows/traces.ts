/**
 * Traces as traces.jsonl has them: one a line. None goes to Kiroframe.
 * @module
 */
import { pyFloat } from "../json/exact.ts";
import { type JsonRow, pythonJson, RawJson, type RowOf } from "../json/python.ts";
import type { TraceRow } from "../shapes/extras.ts";
import type { Experiment, Json, Trace } from "../source/mod.ts";
import { inKeyOrder } from "./in_key_order.ts";
import { isoUtc } from "./time.ts";

/** One trace's line, without its newline. Tags and metadata are sorted: servers give them in no order. */
export function traceLine(trace: Trace, { name }: Pick<Experiment, "name">): string {
  const { spans } = trace;
  return pythonJson(
    {
      trace_id: trace.id,
      experiment_id: trace.experimentId,
      experiment_name: name,
      client_request_id: trace.clientRequestId,
      state: trace.state,
      request_time: trace.requestTime,
      request_time_iso: isoUtc(trace.requestTime),
      execution_duration_ms: trace.durationMs,
      request_preview: trace.requestPreview,
      response_preview: trace.responsePreview,
      trace_metadata: inKeyOrder(trace.metadata),
      tags: inKeyOrder(trace.tags),
      assessments: trace.assessments.map(jsonRow),
      spans: spans !== undefined && !("error" in spans) ? spans.map(jsonRow) : undefined,
      spans_error: spans !== undefined && "error" in spans ? spans.error : undefined,
    } satisfies RowOf<TraceRow>,
  );
}

/** JSON of somebody else's, as a row is made of it. */
function jsonRow(value: Json): JsonRow {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : new RawJson(pyFloat(value));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(jsonRow);
  return new Map(Object.entries(value).map(([key, member]) => [key, jsonRow(member as Json)]));
}
