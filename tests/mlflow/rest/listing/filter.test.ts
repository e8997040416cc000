import assert from "node:assert/strict";
import { filterOf } from "../../../../lib/mlflow/rest/listing/filter.ts";

Deno.test("filterOf() includes the first moment and leaves the last one to the next export", () => {
  assert.equal(
    filterOf({ sinceMs: 5, untilMs: 9, filter: "metrics.loss < 1" }),
    "attributes.start_time >= 5 and attributes.start_time < 9 and metrics.loss < 1",
  );
  assert.equal(filterOf({ sinceMs: 0 }), "attributes.start_time >= 0");
  assert.equal(filterOf({ sinceMs: null, untilMs: null }), "");
});
