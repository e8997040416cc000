import assert from "node:assert/strict";
import { nearNames, unreadNames } from "../../../lib/cli/parse/near_names.ts";
import { OPTION_TABLE } from "../../../lib/cli/tables/options.ts";
import { VARIABLES } from "../../../lib/cli/tables/variables.ts";

function inFile(...names: string[]): string[] {
  return nearNames({ env: {}, file: Object.fromEntries(names.map((name) => [name, "x"])), fileName: "params.env" });
}

function inProcess(...names: string[]): string[] {
  return nearNames({ env: Object.fromEntries(names.map((name) => [name, "x"])), file: {}, fileName: "" });
}

Deno.test("nearNames() names the variable that was meant", () => {
  assert.deepEqual(inFile("DOWNLOAD_ARTIFACT", "TRACKING_URL"), [
    "DOWNLOAD_ARTIFACT of params.env has no effect: did you mean DOWNLOAD_ARTIFACTS?",
    "TRACKING_URL of params.env has no effect: did you mean TRACKING_URI?",
  ]);
  const meant = {
    PROFILING_TOKN: "PROFILING_TOKEN",
    KIROFRAME_HTTP_REQUEST_TIMOUT: "KIROFRAME_HTTP_REQUEST_TIMEOUT",
    // By the name of the flag.
    BASE_DIR: "EXPORT_BASE_DIR",
    EXPERIMENT_PAGE_SIZE: "EXP_PAGE_SIZE",
    CONCURENCY: "EXPORT_CONCURRENCY",
  };
  for (const [name, variable] of Object.entries(meant)) {
    assert.deepEqual(inFile(name), [`${name} of params.env has no effect: did you mean ${variable}?`]);
  }
  for (const name of ["IMPORT_TO_KIROFRAME", "RESUME", "SINCE"]) {
    const flag = name.toLowerCase().replaceAll("_", "-");
    assert.deepEqual(inFile(name), [`${name} of params.env has no effect: there is only the flag --${flag}`]);
  }
});

Deno.test("nearNames() looks at names of the process only that begin like ours", () => {
  assert.deepEqual(
    inProcess("TRACKING_URL", "EXPORT_MODEL", "RUN_PAGESIZE", "IMPORT_TO_KIROFRAME", "BASE_DIR", "SINCE", "RESUME"),
    [
      "TRACKING_URL has no effect: did you mean TRACKING_URI?",
      "EXPORT_MODEL has no effect: did you mean EXPORT_MODELS?",
      "RUN_PAGESIZE has no effect: did you mean RUN_PAGE_SIZE?",
      "IMPORT_TO_KIROFRAME has no effect: there is only the flag --import-to-kiroframe",
    ],
  );
});

Deno.test("nearNames() says nothing of names that there are, nor of MLflow's, proxies' and other programs' own", () => {
  const known = [...OPTION_TABLE.flatMap(({ variable }) => variable ?? []), ...VARIABLES.map(({ name }) => name)];
  const foreign = [
    "MLFLOW_TRACKING_URI",
    "MLFLOW_TRACKING_TOKN",
    "MLFLOW_RUN_ID",
    "FTP_PROXY",
    "ALL_PROXY",
    "http_proxy",
  ];
  const others = [
    "PATH",
    "HOME",
    "RUN_ID",
    "EXPORT_DIR",
    "IMPORT_DIR",
    "TRACKING_SERVER",
    "KIROFRAME_HOME",
    "EXP",
    "DATA",
  ];
  for (const place of [inFile, inProcess]) assert.deepEqual(place(...known, ...foreign, ...others), []);
});

Deno.test("unreadNames() names what neither the program nor a later line of the file reads", () => {
  const text =
    "export HOST=h PORT=1\nexport TRACKING_URI=http://$HOST:${PORT}\nexport OTHER=1 HOS=2 https_proxy=x MLFLOW_TRACKING_TOKEN=t\n";
  const variables = {
    HOST: "h",
    PORT: "1",
    TRACKING_URI: "",
    OTHER: "1",
    HOS: "2",
    https_proxy: "x",
    MLFLOW_TRACKING_TOKEN: "t",
  };
  assert.deepEqual(unreadNames(variables, text), ["OTHER", "HOS"]);
});
