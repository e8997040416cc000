import assert from "node:assert/strict";
import { keyOf } from "../../../lib/cli/tables/option.ts";
import { OPTION_TABLE } from "../../../lib/cli/tables/options.ts";
import type { Given } from "../../../lib/cli/parse/values.ts";
import { createConfig } from "../../../lib/cli/parse/config.ts";
import type { Config } from "../../../lib/cli/parse/config.ts";
import { UsageError } from "../../../lib/errors.ts";

function given(values: Readonly<Record<string, string | boolean>>): Map<string, Given> {
  return new Map(Object.entries(values).map(([flag, value]) => [flag, { value, source: `--${flag}` }]));
}

const REQUIRED = { "tracking-url": "http://h", "kiroframe-url": "http://k", "profiling-token": "t" };

Deno.test("createConfig() gives a command the options that it takes, with the reference's defaults", () => {
  const config = createConfig("plain", { given: given(REQUIRED), environment: { A: "1" }, home: "/home/ml" });
  const reference = {
    importType: "mlflow",
    trackingUrl: "http://h",
    kiroframeUrl: "http://k",
    profilingToken: "t",
    baseDir: "/home/ml/mlflow_export",
    includeSchemaProfile: true,
    exportModels: true,
    downloadArtifacts: false,
    experimentPageSize: 200,
    runPageSize: 1000,
    importToKiroframe: true,
    logLevel: "INFO",
    envFile: undefined,
    concurrency: 8,
    importConcurrency: 8,
    nonFinite: "omit",
    environment: { A: "1" },
  };
  assert.deepEqual({ ...config, ...reference }, config);
  const sent = createConfig("import", { given: given(REQUIRED), environment: {}, home: "/home/ml" });
  const taken = OPTION_TABLE.filter(({ commands }) => commands.includes("import")).map(keyOf);
  assert.deepEqual(Object.keys(sent), [...taken, "environment", "given"]);
});

Deno.test("createConfig() freezes the Config and what it holds", () => {
  const environment = { A: "1" };
  const config = createConfig("plain", { given: given(REQUIRED), environment, home: "/" });
  environment.A = "2";
  assert.equal(config.environment["A"], "1");
  assert.throws(() => Object.assign(config, { runPageSize: 1 }), TypeError);
  assert.throws(() => Object.assign(config.environment, { A: "3" }), TypeError);
});

Deno.test("createConfig() throws for values first, then for all that is missing at once", () => {
  const create = (values: Readonly<Record<string, string>>): unknown =>
    createConfig("plain", { given: given(values), environment: {}, home: "/" });
  assert.throws(
    () => create({ "run-page-size": "0" }),
    new UsageError('Cannot use --run-page-size "0": expected a whole number from 1 to 50000'),
  );
  assert.throws(() => create({ "tracking-url": "http://h" }), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    const missing = "--kiroframe-url or env KIROFRAME_URL, --profiling-token or env PROFILING_TOKEN";
    assert.equal(error.message, `missing required parameter(s): ${missing}`);
    return error.exitCode === 2;
  });
});

Deno.test("Config's types follow the table: what a command requires is there, choices are their words", () => {
  const plain: Config<"plain"> = createConfig("plain", { given: given(REQUIRED), environment: {}, home: "/" });
  const url: string = plain.trackingUrl;
  const level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL" = plain.logLevel;
  const size: number = plain.runPageSize;
  assert.deepEqual([url, level, size], ["http://h", "INFO", 1000]);
  const sent = createConfig("import", { given: given({ ...REQUIRED }), environment: {}, home: "/" });
  // @ts-expect-error: import can do without the tracking URL
  const maybe: string = sent.trackingUrl;
  assert.equal(maybe, "http://h");
  // @ts-expect-error: import does not take the base folder
  assert.equal(sent.baseDir, undefined);
});
