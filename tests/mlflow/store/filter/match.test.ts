import assert from "node:assert/strict";
import { UsageError } from "../../../../lib/errors.ts";
import { type FilterableRun, predicateOf } from "../../../../lib/mlflow/store/filter/match.ts";

const RUN: FilterableRun = {
  id: "abc",
  experimentId: "1",
  status: "FINISHED",
  lifecycleStage: "active",
  startTime: 1_000,
  endTime: null,
  artifactUri: "file:///a/b",
  userId: "ada",
  tags: new Map([["mlflow.runName", "first"], ["mlflow.user", "somebody"], ["text", "a\nB"], ["empty", ""]]),
  params: new Map([["rate", "10"], ["word", "GRÜSSE"]]),
  metrics: new Map([["loss", 0.5], ["nan", NaN], ["inf", Infinity], ["zero", 0]]),
  datasets: [
    { name: "train", digest: "d1", sourceType: "", source: "", schema: null, profile: null, context: "training" },
    { name: "test", digest: "d2", sourceType: "", source: "", schema: null, profile: null, context: null },
  ],
  modelIds: [],
};

function matches(filter: string, run: FilterableRun = RUN): boolean {
  return predicateOf({ filter })(run);
}

function check(expected: boolean, filters: readonly string[]): void {
  for (const filter of filters) assert.equal(matches(filter), expected, filter);
}

Deno.test("predicateOf compares numbers", () => {
  check(true, [
    "metrics.loss = 0.5",
    "metrics.loss > 0.4",
    "metrics.loss <= 0.5",
    "metrics.loss != 1",
    "metrics.inf > 1e300",
  ]);
  check(false, ["metrics.loss > 0.5", "metrics.loss != 0.5", "metrics.zero != 0"]);
  check(true, ["start_time = 1000", "created < 1000.5", "attributes.start_time >= 1000"]);
  assert.ok(matches("start_time < 9223372036854775807", { ...RUN, startTime: 9223372036854775806n }));
});

Deno.test("predicateOf lets a NaN match nothing but !=", () => {
  check(true, ["metrics.nan != 0", "metrics.nan != 5"]);
  check(false, ["metrics.nan = 0", "metrics.nan < 1", "metrics.nan > -1", "metrics.nan <= 0", "metrics.nan >= 0"]);
});

Deno.test("predicateOf lets what a run does not have match nothing, not even !=", () => {
  check(false, ["metrics.none != 1", "params.none != 'x'", "tags.none != 'x'", "tags.none LIKE '%'", "end_time != 5"]);
  check(true, ["tags.none IS NULL", "params.rate IS NOT NULL", "tags.empty IS NOT NULL", "tags.empty = ''"]);
  check(false, ["tags.empty IS NULL", "params.none is not null"]);
  assert.equal(predicateOf({ filter: "datasets.name != 'x'" })({ ...RUN, datasets: [] }), false);
});

Deno.test("predicateOf compares texts as they are, params too", () => {
  check(true, [
    "params.rate = '10'",
    "status = 'FINISHED'",
    "run_name = 'first'",
    "user_id = 'ada'",
    "run_id IN ('abc', 'x')",
  ]);
  check(false, ["params.rate = '10.0'", "status = 'finished'", "run_id NOT IN ('abc')", "run_id IN ('ABC')"]);
  assert.ok(matches("run_name = 'own' AND user_id = 'me'", { ...RUN, name: "own", userId: "me" }));
});

Deno.test("predicateOf knows LIKE and ILIKE as SQL does", () => {
  check(true, [
    "params.word LIKE 'GR%'",
    "params.word LIKE 'GR_SSE'",
    "params.word ILIKE 'grüs%'",
    "tags.text LIKE 'a_B'",
    "tags.text LIKE '%B'",
  ]);
  check(false, [
    "params.word LIKE 'gr%'",
    "params.word LIKE 'GR'",
    "params.word LIKE 'GR.SSE'",
    "run_name LIKE 'f[i]rst'",
  ]);
  const ofSqlite = (filter: string): boolean => predicateOf({ filter }, { asciiCase: true })(RUN);
  assert.deepEqual([ofSqlite("params.word ILIKE 'grÜsse'"), ofSqlite("params.word ILIKE 'grüsse'")], [true, false]);
});

Deno.test("predicateOf wants one dataset that fits, another one for each condition", () => {
  check(true, [
    "datasets.name = 'train'",
    "datasets.context = 'training'",
    "dataset.name != 'train'",
    "dataset.digest IN ('d2')",
  ]);
  check(true, ["datasets.name = 'test' AND datasets.context = 'training'"]);
  check(false, ["datasets.name = 'x'", "datasets.context != 'training'"]);
});

Deno.test("predicateOf takes the times of a selection: from one, until before the other", () => {
  const selected = (sinceMs: number | null, untilMs?: number): boolean => predicateOf({ sinceMs, untilMs })(RUN);
  assert.deepEqual([selected(1_000), selected(1_001), selected(null, 1_000), selected(null, 1_001)], [
    true,
    false,
    false,
    true,
  ]);
  assert.equal(predicateOf({ sinceMs: 1_000, filter: "status = 'FAILED'" })(RUN), false);
  assert.throws(() => predicateOf({ filter: "status" }), UsageError);
});
