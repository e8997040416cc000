/**
 * Traces and their spans, as a world has them.
 * @module
 */
import { mayReadExperiment } from "../protocol/account.ts";
import type { Call } from "../protocol/call.ts";
import { invalid, missing } from "../protocol/errors.ts";
import { cutPage } from "../protocol/paging.ts";
import { jsonReply, protoReply, type WireReply } from "../protocol/wire.ts";
import type { WorldTrace } from "../../world/types.ts";

/** POST traces/search: newest first. Of filters only those by time are known here. */
export function searchTraces(call: Call): WireReply {
  const { fields, world, user } = call;
  const size = fields.count("max_results", { byDefault: 100, most: 500 });
  const ids = fields.objects("locations").map((location) =>
    location.object("mlflow_experiment").required("experiment_id")
  );
  const page = cutPage(tracesOf({ world, user, ids, filter: fields.text("filter") }), {
    token: fields.text("page_token"),
    size,
    looksAhead: true,
  });
  return jsonReply(JSON.stringify({
    ...(page.items.length > 0 ? { traces: page.items.map(traceMessage) } : {}),
    next_page_token: page.token,
  }));
}

/** GET traces, as MLflow 2.14 and later have it. Of filters only those by time are known here. */
export function listTraces(call: Call): WireReply {
  const { fields, world, user, dialect: { looksAhead } } = call;
  const size = fields.count("max_results", { byDefault: 100, most: 500 });
  const ids = fields.texts("experiment_ids");
  const page = cutPage(tracesOf({ world, user, ids, filter: fields.text("filter") }), {
    token: fields.text("page_token"),
    size,
    looksAhead,
  });
  return protoReply({
    traces: page.items.map(({ id, experimentId, timestampMs, durationMs, state = "OK", tags }) => ({
      request_id: id,
      experiment_id: experimentId,
      timestamp_ms: timestampMs,
      execution_time_ms: state === "IN_PROGRESS" ? 0 : durationMs,
      status: state,
      tags: [...tags].map(([key, value]) => ({ key, value })),
    })),
    next_page_token: page.token,
  });
}

/** GET get-trace-artifact: a trace's spans. */
export function getSpans(call: Call): WireReply {
  const id = call.fields.required("request_id");
  const trace = call.world.traces.find((one) => one.id === id);
  if (trace?.spans === undefined) throw missing(`Trace with ID '${id}' not found.`);
  return jsonReply(JSON.stringify({ spans: trace.spans }));
}

/** Newest first. */
function tracesOf(
  { world, user, ids, filter }: Pick<Call, "world" | "user"> & {
    readonly ids: readonly string[];
    readonly filter: string;
  },
): readonly WorldTrace[] {
  const until = untilOf(filter);
  return world.traces
    .filter(({ experimentId }) => ids.includes(experimentId) && mayReadExperiment(user, experimentId))
    .filter(({ timestampMs }) => timestampMs <= until)
    .toSorted((a, b) => b.timestampMs - a.timestampMs || (a.id < b.id ? -1 : 1));
}

function untilOf(filter: string): number {
  if (filter === "") return Infinity;
  const until = /^timestamp_ms <= (\d+)$/.exec(filter)?.[1];
  if (until === undefined) throw invalid(`Invalid filter string: '${filter}'`);
  return Number(until);
}

function traceMessage(
  { id, experimentId, timestampMs, durationMs, state = "OK", tags, assessments }: WorldTrace,
): unknown {
  return {
    trace_id: id,
    trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experimentId } },
    request_time: new Date(timestampMs).toISOString(),
    execution_duration: state === "IN_PROGRESS" ? undefined : `${durationMs / 1000}s`,
    state,
    tags: Object.fromEntries(tags),
    assessments: assessments.length > 0 ? assessments : undefined,
  };
}
