import assert from "node:assert/strict";
import { flagsOf, flagTerm, keyOf } from "../../../lib/cli/tables/option.ts";
import { GROUPS, OPTION_TABLE } from "../../../lib/cli/tables/options.ts";
import { SOURCES } from "../../../lib/jobs/sources.ts";

/** The reference's --help, in its order; its two flags of a boolean are one option here. */
const REFERENCE = [
  "import-type IMPORT_TYPE mlflow",
  "tracking-url TRACKING_URI -",
  "kiroframe-url KIROFRAME_URL -",
  "profiling-token PROFILING_TOKEN -",
  "base-dir EXPORT_BASE_DIR ~/mlflow_export",
  "include-schema-profile INCLUDE_SCHEMA_PROFILE true",
  "export-models EXPORT_MODELS true",
  "download-artifacts DOWNLOAD_ARTIFACTS false",
  "experiment-page-size EXP_PAGE_SIZE 200",
  "run-page-size RUN_PAGE_SIZE 1000",
  "import-to-kiroframe - true",
  "log-level - INFO",
];

Deno.test("OPTION_TABLE has the reference's flags, variables and defaults, in its order", () => {
  const theirs = REFERENCE.map((line) => line.split(" ")[0]);
  const ours = OPTION_TABLE.filter(({ flag }) => theirs.includes(flag));
  assert.deepEqual(
    ours.map((option) => `${option.flag} ${option.variable ?? "-"} ${option.default ?? "-"}`),
    REFERENCE,
  );
});

Deno.test("OPTION_TABLE has each flag, variable and key once", () => {
  for (
    const names of [
      OPTION_TABLE.flatMap(flagsOf),
      OPTION_TABLE.map(keyOf),
      OPTION_TABLE.flatMap(({ variable }) => variable ?? []),
    ]
  ) {
    assert.deepEqual(names, [...new Set(names)]);
  }
});

Deno.test("OPTION_TABLE knows the SOURCES that there are", () => {
  assert.deepEqual(OPTION_TABLE.find(({ flag }) => flag === "import-type")?.choices, Object.keys(SOURCES));
});

for (const option of OPTION_TABLE) {
  Deno.test(`OPTION_TABLE describes --${option.flag} whole`, () => {
    assert.match(option.flag, /^[a-z]+(-[a-z]+)*$/);
    assert.doesNotMatch(option.flag, /^no-/);
    assert.match(option.about, /^[A-Z].*[^.]$/);
    assert.ok(GROUPS.includes(option.group));
    assert.ok(option.commands.length > 0);
    assert.ok((option.requiredBy ?? []).every((command) => option.commands.includes(command)));
    assert.equal(option.kind === "boolean", option.placeholder === undefined);
    assert.equal(option.kind === "choice", option.choices !== undefined);
    if (option.kind === "choice") assert.ok(option.choices?.includes(String(option.default)));
    if (option.kind === "boolean") assert.equal(typeof option.default, "boolean");
    if (option.kind === "count") {
      assert.ok(Number.isInteger(option.max));
      if (option.default !== undefined) assert.ok(Number(option.default) <= (option.max ?? 0));
    }
  });
}

Deno.test("keyOf() writes a flag in camelCase", () => {
  assert.deepEqual(OPTION_TABLE.slice(0, 3).map(keyOf), ["importType", "trackingUrl", "kiroframeUrl"]);
});

Deno.test("flagTerm() shows both flags of a boolean in one", () => {
  const terms = OPTION_TABLE.map(flagTerm);
  assert.ok(terms.includes("--[no-]export-models"));
  assert.ok(terms.includes("--base-dir"));
});
