/**
 * Traces as the two forms of their listing tell them, and spans.
 * @module
 */
import * as z from "zod";
import type { Json, Trace } from "../../../source/mod.ts";
import { int64, next, type Page, read, text, texts } from "../endpoints/wire.ts";

const textsByKey = z.record(z.string(), z.string()).default({})
  .transform((record): ReadonlyMap<string, string> => new Map(Object.entries(record)));
const json = z.custom<Json>(() => true);

const trace = z.object({
  trace_id: z.string(),
  client_request_id: text,
  trace_location: z.object({ mlflow_experiment: z.object({ experiment_id: text }).prefault({}) }).prefault({}),
  state: z.string().default("STATE_UNSPECIFIED"),
  // Protobuf's Timestamp and Duration: "2026-11-28T12:07:02.088Z", "0.064s".
  request_time: z.string().optional(),
  execution_duration: z.string().optional(),
  request_preview: z.string().nullable().default(null),
  response_preview: z.string().nullable().default(null),
  trace_metadata: textsByKey,
  tags: textsByKey,
  assessments: z.array(json).default([]),
}).transform((wire): Trace => ({
  id: wire.trace_id,
  experimentId: wire.trace_location.mlflow_experiment.experiment_id,
  clientRequestId: wire.client_request_id || null,
  state: wire.state,
  requestTime: wire.request_time === undefined ? 0 : Date.parse(wire.request_time),
  durationMs: wire.execution_duration === undefined ? null : Math.round(parseFloat(wire.execution_duration) * 1000),
  requestPreview: wire.request_preview,
  responsePreview: wire.response_preview,
  metadata: wire.trace_metadata,
  tags: wire.tags,
  assessments: wire.assessments,
}));

const traces = z.object({ traces: z.array(trace).default([]), ...next });

/** Reads a reply of POST traces/search. */
export function readTraces(reply: unknown): Page<Trace> {
  const page = read(traces, { reply, endpoint: "traces/search" });
  return { items: page.traces, token: page.next_page_token || undefined };
}

const oldTrace = z.object({
  request_id: z.string(),
  experiment_id: text,
  timestamp_ms: int64.default(0),
  execution_time_ms: int64.nullable().default(null),
  status: z.string().default("STATE_UNSPECIFIED"),
  request_metadata: texts,
  tags: texts,
}).transform((wire): Trace => ({
  id: wire.request_id,
  experimentId: wire.experiment_id,
  clientRequestId: null,
  state: wire.status,
  requestTime: wire.timestamp_ms,
  // Of one that is going on it is told as 0.
  durationMs: wire.execution_time_ms === null || wire.status === "IN_PROGRESS" ? null : Number(wire.execution_time_ms),
  requestPreview: wire.request_metadata.get("mlflow.traceInputs") ?? null,
  responsePreview: wire.request_metadata.get("mlflow.traceOutputs") ?? null,
  metadata: wire.request_metadata,
  tags: wire.tags,
  assessments: [],
}));

const oldTraces = z.object({ traces: z.array(oldTrace).default([]), ...next });

/** Reads a reply of GET traces. Its previews are the metadata that MLflow made them of before 3.0. */
export function readOldTraces(reply: unknown): Page<Trace> {
  const page = read(oldTraces, { reply, endpoint: "traces" });
  return { items: page.traces, token: page.next_page_token || undefined };
}

/** Reads a reply of get-trace-artifact. */
export function readSpans(reply: unknown): readonly Json[] {
  return read(z.object({ spans: z.array(json).default([]) }), { reply, endpoint: "get-trace-artifact" }).spans;
}
