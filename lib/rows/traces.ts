/**
 * Traces as traces.jsonl has them: one a line. None goes to Kiroframe.
 * @module
 */
import { pythonJson, type RowOf } from "../json/python.ts";
import type { TraceRow } from "../shapes/extras.ts";
import type { Experiment, Trace } from "../source/mod.ts";
import { jsonRow } from "./foreign_json.ts";
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
