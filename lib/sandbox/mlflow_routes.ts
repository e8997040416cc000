/**
 * Every endpoint of the sandboxed MLflow server: one line each.
 * @module
 */
import {
  getArtifact,
  getLoggedModel,
  getLoggedModelFile,
  getProxy,
  listArtifacts,
  listLoggedModel,
  listProxy,
  putProxy,
} from "./mlflow_artifacts.ts";
import type { Dialect } from "./mlflow_dialect.ts";
import { getExperiment, listExperiments, searchExperiments } from "./mlflow_experiments.ts";
import { getHistory, getHistoryBulk } from "./mlflow_history.ts";
import { getModel, getModelVersion, searchModels, searchModelVersions } from "./mlflow_registry.ts";
import { getRun, searchRuns } from "./mlflow_runs.ts";
import { currentUser, health, serverInfo, version } from "./mlflow_server_info.ts";
import type { Handler, ServerSettings } from "./mlflow_wire.ts";

/** One endpoint. */
export interface Route {
  readonly methods: readonly string[];
  /** A path; ":name" leaves one part open, "*" at the end all that follows. */
  readonly path: string;
  /** Which paths it answers at: itself, below /api/2.0 and /ajax-api/2.0, or below /ajax-api/2.0 only. */
  readonly base: "root" | "api" | "ajax" | "api3";
  readonly handler: Handler;
  /** Where it is missing. @default {nowhere} */
  readonly isThere?: (settings: ServerSettings) => boolean;
}

/** All endpoints. */
export const ROUTES: readonly Route[] = [
  { methods: ["GET"], base: "root", path: "/health", handler: health },
  { methods: ["GET"], base: "root", path: "/version", handler: version, isThere: has("tellsVersion") },
  { methods: ["GET"], base: "root", path: "/get-artifact", handler: getArtifact },
  { methods: ["GET"], base: "api3", path: "/mlflow/server-info", handler: serverInfo, isThere: has("tellsServerInfo") },
  {
    methods: ["GET"],
    base: "api",
    path: "/mlflow/users/current",
    handler: currentUser,
    isThere: ({ auth, dialect }) => auth !== null && dialect.isThree,
  },
  {
    methods: ["GET", "POST"],
    base: "api",
    path: "/mlflow/experiments/search",
    handler: searchExperiments,
    isThere: has("searchesExperiments"),
  },
  {
    methods: ["GET"],
    base: "api",
    path: "/mlflow/experiments/list",
    handler: listExperiments,
    isThere: ({ dialect }) => !dialect.searchesExperiments,
  },
  { methods: ["GET"], base: "api", path: "/mlflow/experiments/get", handler: getExperiment },
  { methods: ["POST"], base: "api", path: "/mlflow/runs/search", handler: searchRuns },
  { methods: ["GET"], base: "api", path: "/mlflow/runs/get", handler: getRun },
  { methods: ["GET"], base: "api", path: "/mlflow/metrics/get-history", handler: getHistory },
  {
    methods: ["GET"],
    base: "ajax",
    path: "/mlflow/metrics/get-history-bulk",
    handler: getHistoryBulk,
    isThere: ({ bulkRunIds }) => bulkRunIds > 0,
  },
  { methods: ["GET"], base: "api", path: "/mlflow/registered-models/search", handler: searchModels },
  { methods: ["GET"], base: "api", path: "/mlflow/registered-models/get", handler: getModel },
  { methods: ["GET"], base: "api", path: "/mlflow/model-versions/search", handler: searchModelVersions },
  { methods: ["GET"], base: "api", path: "/mlflow/model-versions/get", handler: getModelVersion },
  { methods: ["GET"], base: "api", path: "/mlflow/artifacts/list", handler: listArtifacts },
  { methods: ["GET"], base: "api", path: "/mlflow-artifacts/artifacts", handler: listProxy },
  { methods: ["GET"], base: "api", path: "/mlflow-artifacts/artifacts/*path", handler: getProxy },
  { methods: ["PUT"], base: "api", path: "/mlflow-artifacts/artifacts/*path", handler: putProxy },
  {
    methods: ["GET"],
    base: "api",
    path: "/mlflow/logged-models/:model_id",
    handler: getLoggedModel,
    isThere: has("isThree"),
  },
  {
    methods: ["GET"],
    base: "api",
    path: "/mlflow/logged-models/:model_id/artifacts/directories",
    handler: listLoggedModel,
    isThere: has("isThree"),
  },
  {
    methods: ["GET"],
    base: "ajax",
    path: "/mlflow/logged-models/:model_id/artifacts/files",
    handler: getLoggedModelFile,
    isThere: has("isThree"),
  },
];

type Flag = { [Name in keyof Dialect]: Dialect[Name] extends boolean ? Name : never }[keyof Dialect];

function has(flag: Flag): (settings: ServerSettings) => boolean {
  return ({ dialect }) => dialect[flag];
}
