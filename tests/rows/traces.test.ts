import assert from "node:assert/strict";
import { traceLine } from "../../lib/rows/traces.ts";
import { traceRow } from "../../lib/shapes/extras.ts";
import { experiment, trace } from "../source/fake_source.ts";

Deno.test("traceLine() has every key, and JSON of others as it is, large numbers too", () => {
  const given = trace("tr-1", {
    tags: new Map([["b", "2"], ["a", "1"]]),
    assessments: [{ value: 0.5, count: 3, big: 9_007_199_254_740_993n, none: null, list: [true, "ü"] }],
  });
  const line = traceLine(given, experiment("1", { name: "first" }));
  assert.equal(
    line,
    '{"trace_id": "tr-1", "experiment_id": "1", "experiment_name": "first", "client_request_id": null, "state": "OK", ' +
      '"request_time": 1700000000000, "request_time_iso": "2023-11-14T22:13:20Z", "execution_duration_ms": 5, ' +
      '"request_preview": null, "response_preview": null, "trace_metadata": {}, "tags": {"a": "1", "b": "2"}, ' +
      '"assessments": [{"value": 0.5, "count": 3, "big": 9007199254740993, "none": null, "list": [true, "ü"]}]}',
  );
  traceRow.parse(JSON.parse(line));
});

Deno.test("traceLine() has the spans, or why there are none", () => {
  const lineOf = (spans: Parameters<typeof trace>[1]): Record<string, unknown> =>
    JSON.parse(traceLine(trace("tr-1", spans), experiment("1")));
  assert.deepEqual(lineOf({ spans: [{ name: "s" }] })["spans"], [{ name: "s" }]);
  const lost = lineOf({ spans: { error: "gone" } });
  assert.deepEqual([lost["spans"], lost["spans_error"]], [undefined, "gone"]);
  traceRow.parse(lost);
});
