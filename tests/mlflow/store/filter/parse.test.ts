import assert from "node:assert/strict";
import { UsageError } from "../../../../lib/errors.ts";
import { parseFilter } from "../../../../lib/mlflow/store/filter/parse.ts";

/** Each as [kind, key, comparator, value]. */
function conditions(filter: string): unknown[] {
  return parseFilter(filter).map(({ kind, key, comparator, value }) => [kind, key, comparator, value]);
}

Deno.test("parseFilter reads every kind of field by all its names", () => {
  const texts: readonly (readonly [field: string, kind: string, key: string])[] = [
    ["params.a", "parameter", "a"],
    ["param.a", "parameter", "a"],
    ["parameters.a", "parameter", "a"],
    ["tags.mlflow.source.name", "tag", "mlflow.source.name"],
    ["tag.`a b`", "tag", "a b"],
    ['tags."a`b"', "tag", "a`b"],
    ["params.'a.b'", "parameter", "a.b"],
    ["params.order", "parameter", "order"],
    ["params.like", "parameter", "like"],
    ["tags.1a", "tag", "1a"],
    ["params.学习率", "parameter", "学习率"],
    ["status", "attribute", "status"],
    ["attributes.run_id", "attribute", "run_id"],
    ["run.artifact_uri", "attribute", "artifact_uri"],
    ["attr.user_id", "attribute", "user_id"],
    ["attribute.`Run name`", "attribute", "run_name"],
    ["datasets.context", "dataset", "context"],
    ["dataset.digest", "dataset", "digest"],
  ];
  for (const [field, kind, key] of texts) {
    assert.deepEqual(conditions(`${field} != 'x'`), [[kind, key, "!=", "x"]], field);
  }
  for (
    const [field, kind, key] of [["metrics.`val/loss`", "metric", "val/loss"], ["created", "attribute", "start_time"]]
  ) {
    assert.deepEqual(conditions(`${field}>=1`), [[kind, key, ">=", 1]], field ?? "");
  }
});

Deno.test("parseFilter reads numbers, texts and lists", () => {
  for (
    const [text, number] of [["1", 1], ["-1", -1], ["5.", 5], [".5", .5], ["-2.5", -2.5], ["1e3", 1000], [
      "1.5E-2",
      .015,
    ]]
  ) {
    assert.deepEqual(conditions(`metrics.a = ${text}`), [["metric", "a", "=", number]]);
  }
  assert.deepEqual(conditions("start_time > 9007199254740993"), [["attribute", "start_time", ">", 9007199254740993n]]);
  for (
    const [written, text] of [["'x'", "x"], ['"x"', "x"], ["''", ""], ["'it''s'", "it''s"], [`"it's"`, "it's"], [
      String.raw`'a\'b'`,
      String.raw`a\'b`,
    ]]
  ) {
    assert.deepEqual(conditions(`tags.a = ${written}`), [["tag", "a", "=", text]]);
  }
  assert.deepEqual(conditions(`run_id not in ('a', "b",)`), [["attribute", "run_id", "NOT IN", ["a", "b"]]]);
  assert.deepEqual(conditions(`datasets.name IN ('it''s')`), [["dataset", "name", "IN", ["its"]]]);
});

Deno.test("parseFilter joins conditions by any count of ANDs, as MLflow does", () => {
  assert.deepEqual(conditions(""), []);
  assert.deepEqual(conditions("and metrics.a > 1 AND and params.b ilike '%x' tags.c='y' AND"), [
    ["metric", "a", ">", 1],
    ["parameter", "b", "ILIKE", "%x"],
    ["tag", "c", "=", "y"],
  ]);
  assert.deepEqual(conditions("tags.a IS NULL AND params.b is not null"), [
    ["tag", "a", "IS NULL", null],
    ["parameter", "b", "IS NOT NULL", null],
  ]);
});

Deno.test("parseFilter refuses what MLflow refuses, with the filter and what is wrong", () => {
  const refused: readonly (readonly [filter: string, reason: RegExp])[] = [
    ["metrics.a > 1 or metrics.b < 2", /or is not the name|or is not a comparison/],
    ["metrics.a > 'x'", /compared with 'x', not with a number/],
    ["metrics.a > +1", /compared with \+/],
    ["metrics.a > 0x1F", /./],
    ["metrics.my-metric > 1", /- is not a comparison/],
    ["metrics.a == 1", /cannot be compared by ==/],
    ["metrics.a LIKE '1'", /cannot be compared by LIKE/],
    ["metrics.a IS NULL", /cannot be compared by IS NULL/],
    ["tags.a > 'x'", /cannot be compared by >/],
    ["tags.a NOT LIKE 'x'", /cannot be compared by NOT LIKE/],
    ["params.a IN ('x')", /cannot be compared by IN/],
    ["tags.a = x", /compared with x, not with a text in quotes/],
    ["tags.a = 1", /compared with 1/],
    ["tags.a = 'x", /./],
    ["run_id IN ()", /a list is empty/],
    ["run_id IN (1)", /a list holds 1/],
    ["run_id IN ('a'", /a list holds its end/],
    ["status IN ('FINISHED')", /cannot be compared by IN/],
    ["start_time > '1'", /not with a number/],
    ["experiment_id = '1'", /no attribute experiment_id/],
    ["datasets.foo = 'x'", /a dataset has no foo/],
    ["foo.a = 'x'", /there is no foo/],
    ["METRICS.a > 1", /there is no METRICS/],
    ["params.from = 'a'", /from stands behind a dot/],
    ["metrics.10 > 1", /./],
    ["(tags.a = 'x')", /\( is not the name/],
    ["tags.a = 'x';", /; is not the name/],
    ["metrics.a > 1 run_id IN ('a')", /an AND is missing/],
    ["metrics.a >", /compared with its end/],
    ["metrics.a", /its end is not a comparison/],
  ];
  for (const [filter, reason] of refused) {
    assert.throws(() => parseFilter(filter), (error) => {
      assert.ok(error instanceof UsageError && error.message.startsWith(`MLflow would refuse the filter ${filter}: `));
      assert.match(error.message, reason);
      return true;
    }, filter);
  }
});
