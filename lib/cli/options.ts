/**
 * THE one table of options. From it come parsing, --help, params.env.example, the shells' completions, the README's
 * table and the Config's type: a new option is one entry here.
 * @module
 */
import { sources } from "../sources.ts";
import type { OptionGroup, OptionSpec } from "./option.ts";

/** MLflow refuses larger pages (SEARCH_MAX_RESULTS_THRESHOLD). */
const MAX_PAGE_SIZE = 50_000;

/** More than this many connections helps no server. */
const MAX_CONCURRENCY = 256;

/** Every option, in the order in which the reference declares its own, then ours. */
export const OPTIONS = [
  {
    flag: "import-type",
    variable: "IMPORT_TYPE",
    kind: "choice",
    placeholder: "TYPE",
    default: "mlflow",
    choices: Object.keys(sources),
    group: "What to export",
    about: "Kind of the tracking system",
    commands: ["plain", "export"],
  },
  {
    flag: "tracking-url",
    variable: "TRACKING_URI",
    kind: "url",
    placeholder: "URL",
    group: "Required",
    about: "MLflow tracking URI, http or https",
    advice: "serve such a store with `mlflow server --backend-store-uri URI` and give the URL of that server",
    commands: ["plain", "export", "import"],
    requiredBy: ["plain", "export"],
  },
  {
    flag: "kiroframe-url",
    variable: "KIROFRAME_URL",
    kind: "url",
    placeholder: "URL",
    group: "Required",
    about: "Kiroframe base URL, http or https",
    commands: ["plain", "import"],
    requiredBy: ["plain", "import"],
  },
  {
    flag: "profiling-token",
    variable: "PROFILING_TOKEN",
    kind: "token",
    placeholder: "TOKEN",
    group: "Required",
    about: "Kiroframe profiling token, sent as x-api-key",
    commands: ["plain", "import"],
    requiredBy: ["plain", "import"],
    secret: true,
  },
  {
    flag: "base-dir",
    variable: "EXPORT_BASE_DIR",
    kind: "path",
    placeholder: "DIR",
    default: "~/mlflow_export",
    group: "Where it goes",
    about: "Parent of the dated folder",
    commands: ["plain", "export"],
  },
  {
    flag: "include-schema-profile",
    variable: "INCLUDE_SCHEMA_PROFILE",
    kind: "boolean",
    default: true,
    group: "What to export",
    about: "Dataset schema and profile in the rows",
    commands: ["plain", "export"],
  },
  {
    flag: "export-models",
    variable: "EXPORT_MODELS",
    kind: "boolean",
    default: true,
    group: "What to export",
    about: "Registered models, to models.json",
    commands: ["plain", "export"],
  },
  {
    flag: "download-artifacts",
    variable: "DOWNLOAD_ARTIFACTS",
    kind: "boolean",
    default: false,
    group: "What to export",
    about: "Artifacts, to artifacts/ and the manifest",
    commands: ["plain", "export"],
  },
  {
    flag: "experiment-page-size",
    variable: "EXP_PAGE_SIZE",
    kind: "count",
    placeholder: "N",
    default: 200,
    max: MAX_PAGE_SIZE,
    group: "How fast",
    about: "Experiments a page of MLflow's listing",
    commands: ["plain", "export"],
  },
  {
    flag: "run-page-size",
    variable: "RUN_PAGE_SIZE",
    kind: "count",
    placeholder: "N",
    default: 1000,
    max: MAX_PAGE_SIZE,
    group: "How fast",
    about: "Runs a page of MLflow's listing",
    commands: ["plain", "export"],
  },
  {
    flag: "import-to-kiroframe",
    kind: "boolean",
    default: true,
    group: "Where it goes",
    about: "Import after the export; off: export only",
    commands: ["plain"],
  },
  {
    flag: "resume",
    kind: "path",
    placeholder: "FOLDER",
    group: "Where it goes",
    about: "Go on with an export that was interrupted; latest: the newest in --base-dir",
    commands: ["plain", "export"],
  },
  {
    flag: "log-level",
    kind: "choice",
    placeholder: "LEVEL",
    default: "INFO",
    choices: ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
    group: "Other",
    about: "Least level shown on the console and kept in export.log",
    commands: ["plain", "export", "import", "verify", "demo"],
  },
  {
    flag: "env-file",
    kind: "path",
    placeholder: "FILE",
    group: "Other",
    about: "Shell file of export NAME=value lines; variables of the environment win",
    commands: ["plain", "export", "import", "verify", "demo"],
  },
  {
    flag: "concurrency",
    variable: "EXPORT_CONCURRENCY",
    kind: "count",
    placeholder: "N",
    default: 8,
    max: MAX_CONCURRENCY,
    group: "How fast",
    about: "Calls to MLflow in flight at most",
    commands: ["plain", "export"],
  },
  {
    flag: "import-concurrency",
    variable: "IMPORT_CONCURRENCY",
    kind: "count",
    placeholder: "N",
    default: 8,
    max: MAX_CONCURRENCY,
    group: "How fast",
    about: "Experiments sent to Kiroframe side by side",
    commands: ["plain", "import"],
  },
  {
    flag: "non-finite",
    variable: "IMPORT_NON_FINITE",
    kind: "choice",
    placeholder: "HOW",
    default: "omit",
    choices: ["omit", "string", "null"],
    group: "Where it goes",
    about: "NaN and Infinity in rows sent to Kiroframe",
    commands: ["plain", "import"],
  },
] as const satisfies readonly OptionSpec[];

/** One of the {@linkcode OPTIONS}, with its literal types. */
export type Option = typeof OPTIONS[number];

/** The groups, in the order in which help and params.env.example show them. */
export const GROUPS: readonly OptionGroup[] = ["Required", "What to export", "Where it goes", "How fast", "Other"];
