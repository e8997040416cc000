import assert from "node:assert/strict";
import { createConfig } from "../../../lib/cli/parse/config.ts";
import { UsageError } from "../../../lib/errors.ts";
import { DEFAULT_ROWS, differences, rowOptionsOf } from "../../../lib/jobs/folder/row_options.ts";

const OPEN = { redact: [], excludeTags: [], excludeParams: [] };
const HOUR_MS = 3_600_000;

Deno.test("rowOptionsOf() fills in the defaults, which are those of the command line", () => {
  const { privacyHash, ...rows } = rowOptionsOf({ experiments: undefined }, OPEN);
  assert.deepEqual(rows, DEFAULT_ROWS);
  assert.match(privacyHash, /^[0-9a-f]{8}$/);
  const given = new Map([["tracking-url", { value: "http://h", source: "" }]]);
  const { experiment, ...config } = createConfig("export", { given, environment: {}, home: "/" });
  const { includeSchemaProfile, exportModels, downloadArtifacts, includeDeleted } = config;
  const { experiments, ...defaults } = DEFAULT_ROWS;
  assert.deepEqual({ ...defaults, includeSchemaProfile, exportModels, downloadArtifacts, includeDeleted }, defaults);
  assert.deepEqual(experiment, experiments);
});

Deno.test("rowOptionsOf() refuses moments between which no run can start", () => {
  for (const [sinceMs, untilMs] of [[2 * HOUR_MS, HOUR_MS], [HOUR_MS, HOUR_MS]]) {
    assert.throws(() => rowOptionsOf({ sinceMs, untilMs, untilAge: "36h" }, OPEN), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /^Cannot use --since 1970-01-01T0\d:00:00\.000Z with --until 36h: no run starts/);
      return true;
    });
  }
  rowOptionsOf({ sinceMs: 1, untilMs: 2 }, OPEN);
  rowOptionsOf({ sinceMs: 1 }, OPEN);
  rowOptionsOf({ untilMs: 1 }, OPEN);
});

Deno.test("differences() writes both sides of each option as it may be typed", () => {
  const one = rowOptionsOf({}, OPEN);
  const other = rowOptionsOf({
    includeSchemaProfile: false,
    exportModels: false,
    downloadArtifacts: true,
    includeDeleted: true,
    experiments: ["b*", "a b"],
    sinceMs: 0,
    untilMs: HOUR_MS,
    untilAge: "7d",
    runFilter: "metrics.m > 1",
    shard: { index: 2, count: 4 },
  }, OPEN);
  assert.deepEqual(differences(one, other), [
    ["--include-schema-profile", "--no-include-schema-profile"],
    ["--export-models", "--no-export-models"],
    ["--no-download-artifacts", "--download-artifacts"],
    ["--no-include-deleted", "--include-deleted"],
    ["no --experiment", "--experiment 'a b' --experiment 'b*'"],
    ["no --since", "--since 1970-01-01T00:00:00.000Z"],
    ["no --until", "--until 7d"],
    ["no --run-filter", "--run-filter 'metrics.m > 1'"],
    ["no --shard", "--shard 2/4"],
  ]);
  assert.deepEqual(differences(one, other, ["shard"]), [["no --shard", "--shard 2/4"]]);
});

Deno.test("differences() takes an age for the same whenever it is said, and a moment for the same however it is said", () => {
  const said = (sinceMs: number, sinceAge?: string): ReturnType<typeof rowOptionsOf> =>
    rowOptionsOf({ sinceMs, sinceAge }, OPEN);
  assert.equal(differences(said(1000, "36h"), said(2000, "36h")).length, 0);
  assert.equal(differences(said(1000, "36h"), said(1000, "37h")).length, 1);
  assert.equal(differences(said(1000, "36h"), said(1000)).length, 1);
  assert.equal(differences(said(1000), said(1000)).length, 0);
  assert.equal(differences(said(1000), said(1001)).length, 1);
  const named = (...experiments: string[]): ReturnType<typeof rowOptionsOf> => rowOptionsOf({ experiments }, OPEN);
  assert.equal(differences(named("a", "b"), named("b", "a")).length, 0);
});
