/**
 * The options for what MLflow has besides runs: a part of the one table.
 * @module
 */
import type { OptionSpec } from "./option.ts";

export const MLFLOW_3_OPTIONS = [
  {
    flag: "export-traces",
    variable: "EXPORT_TRACES",
    kind: "boolean",
    default: false,
    group: "What to export",
    about: "Traces (MLflow 2.14 and later), to traces.jsonl; else they are only counted",
    commands: ["plain", "export", "plan", "sync", "doctor"],
  },
  {
    flag: "trace-spans",
    variable: "EXPORT_TRACE_SPANS",
    kind: "boolean",
    default: false,
    group: "What to export",
    about: "The spans of each trace too, at the cost of a call each; with --export-traces",
    commands: ["plain", "export", "plan", "sync", "doctor"],
  },
  {
    flag: "workspace",
    kind: "list",
    placeholder: "NAME",
    group: "What to export",
    about: "MLflow workspace to export, as often as wanted: each to a folder of its own",
    commands: ["plain", "export", "plan", "sync", "doctor"],
  },
  {
    flag: "all-workspaces",
    kind: "boolean",
    default: false,
    group: "What to export",
    about: "Every workspace that this account sees, each to a folder of its own",
    commands: ["plain", "export", "plan", "sync", "doctor"],
  },
] as const satisfies readonly OptionSpec[];
