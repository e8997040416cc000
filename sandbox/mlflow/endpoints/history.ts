/**
 * Metric histories: get-history, one run and key in pages, and get-history-bulk, one key of many runs.
 * @module
 */
import type { MetricPoint } from "../../../lib/source/mod.ts";
import { invalid } from "../protocol/errors.ts";
import { Double, protoJson, pythonFloat, pythonString } from "../protocol/json.ts";
import { pageOffset, pageToken } from "../protocol/paging.ts";
import type { Call } from "../protocol/call.ts";
import { jsonReply, protoReply, type WireReply } from "../protocol/wire.ts";
import type { MetricSeries } from "../../world/types.ts";

/** Rows that one get-history-bulk reply holds at most, all runs together. */
const BULK_ROWS = 25_000;

/** GET metrics/get-history. An unknown run is an empty metric, not an error. */
export function getHistory(call: Call): WireReply {
  const { fields, dialect } = call;
  const runId = fields.runId();
  const key = fields.required("metric_key");
  const series = call.world.runs.get(runId)?.metrics.get(key);
  const hasSize = fields.has("max_results");
  if (!dialect.pagesHistory || (!hasSize && !call.endlessHistoryToken)) {
    return historyReply(key, points(series, { from: 0, to: series?.length ?? 0 }), undefined);
  }
  const size = hasSize ? fields.count("max_results", { byDefault: 0 }) : 0;
  if (hasSize && size <= 0) {
    throw invalid(`Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer.`);
  }
  const from = pageOffset(fields.text("page_token"));
  const to = Math.min(from + size, series?.length ?? 0);
  const token = to < (series?.length ?? 0) ? pageToken(from + size) : undefined;
  return historyReply(key, points(series, { from, to }), token);
}

/** GET get-history-bulk: rows by run id, then as in the history; cut at 25,000 without a sign. */
export function getHistoryBulk(call: Call): WireReply {
  const runIds = call.request.query.getAll("run_id");
  if (runIds.length === 0) throw invalid("GetMetricHistoryBulk request must specify at least one run_id.");
  if (runIds.length > call.bulkRunIds) {
    throw invalid(
      `GetMetricHistoryBulk request cannot specify more than ${call.bulkRunIds} run_ids. ` +
        `Received ${runIds.length} run_ids.`,
    );
  }
  const key = call.request.query.get("metric_key");
  if (key === null) throw invalid("GetMetricHistoryBulk request must specify a metric_key.");
  let left = Math.min(call.fields.count("max_results", { byDefault: BULK_ROWS }), BULK_ROWS);
  const rows: string[] = [];
  for (const runId of [...new Set(runIds)].sort()) {
    const series = call.world.runs.get(runId)?.metrics.get(key);
    const start = `{"key":${pythonString(key)},"run_id":${pythonString(runId)},"step":`;
    for (const point of points(series, { from: 0, to: Math.min(left, series?.length ?? 0) })) {
      rows.push(`${start}${point.step},"timestamp":${point.timestamp},"value":${bareFloat(point.value)}}`);
      left -= 1;
    }
  }
  return jsonReply(`{"metrics":[${rows.join(",")}]}\n`);
}

function historyReply(key: string, history: Iterable<MetricPoint>, token: string | undefined): WireReply {
  const name = pythonString(key);
  const rows: string[] = [];
  for (const { value, timestamp, step } of history) {
    rows.push(
      `    {\n      "key": ${name},\n      "value": ${protoJson(new Double(value))},\n` +
        `      "timestamp": ${timestamp},\n      "step": ${step}\n    }`,
    );
  }
  if (rows.length === 0) return protoReply({ next_page_token: token });
  const next = token === undefined ? "" : `,\n  "next_page_token": "${token}"`;
  return jsonReply(`{\n  "metrics": [\n${rows.join(",\n")}\n  ]${next}\n}`);
}

function* points(
  series: MetricSeries | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<MetricPoint> {
  if (series === undefined) return;
  for (let index = from; index < to; index += 1) yield series.at(index);
}

/** Flask's own encoder writes NaN as it is, which is not JSON. */
function bareFloat(value: number): string {
  return Number.isNaN(value) ? "NaN" : pythonFloat(value);
}
