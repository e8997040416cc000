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
} from "./endpoints/artifacts.ts";
import type { Dialect } from "./protocol/dialect.ts";
import { getExperiment, listExperiments, searchExperiments } from "./endpoints/experiments.ts";
import { getHistory, getHistoryBulk } from "./endpoints/history.ts";
import { getModel, getModelVersion, searchModels, searchModelVersions } from "./endpoints/registry.ts";
import { getRun, searchRuns } from "./endpoints/runs.ts";
import { createModel, createModelVersion, setAlias, transitionStage } from "./endpoints/registry_writes.ts";
import {
  createExperiment,
  createLoggedModel,
  createRun,
  deleteExperiment,
  deleteRun,
  logBatch,
  logInputs,
  logOutputs,
  setExperimentTag,
  setTag,
  updateRun,
} from "./endpoints/run_writes.ts";
import { currentUser, health, serverInfo, version } from "./endpoints/server_info.ts";
import type { Handler, ServerSettings } from "./protocol/call.ts";

/** One endpoint. */
export interface Route {
  /**
   * Method, base and path; ":name" leaves one part open, "*name" all that follows. The base says where it answers: at
   * the root itself, below /api/2.0 and /ajax-api/2.0, below /ajax-api/2.0 only, or below /api/3.0 and /ajax-api/3.0.
   */
  readonly at: `${"GET" | "POST" | "PUT"} ${"root" | "api" | "ajax" | "api3"} /${string}`;
  /** Answers it. */
  readonly handler: Handler;
  /** Which servers have it. @default {all} */
  readonly isThere?: (settings: ServerSettings) => boolean;
}

/** All endpoints. */
export const ROUTES: readonly Route[] = [
  { at: "GET root /health", handler: health },
  { at: "GET root /version", handler: version, isThere: has("tellsVersion") },
  { at: "GET root /get-artifact", handler: getArtifact },
  { at: "GET api3 /mlflow/server-info", handler: serverInfo, isThere: has("tellsServerInfo") },
  {
    at: "GET api /mlflow/users/current",
    handler: currentUser,
    isThere: ({ auth, dialect }) => auth !== null && dialect.isThree,
  },
  { at: "GET api /mlflow/experiments/search", handler: searchExperiments, isThere: has("searchesExperiments") },
  { at: "POST api /mlflow/experiments/search", handler: searchExperiments, isThere: has("searchesExperiments") },
  {
    at: "GET api /mlflow/experiments/list",
    handler: listExperiments,
    isThere: ({ dialect }) => !dialect.searchesExperiments,
  },
  { at: "GET api /mlflow/experiments/get", handler: getExperiment },
  { at: "POST api /mlflow/runs/search", handler: searchRuns },
  { at: "GET api /mlflow/runs/get", handler: getRun },
  { at: "GET api /mlflow/metrics/get-history", handler: getHistory },
  {
    at: "GET ajax /mlflow/metrics/get-history-bulk",
    handler: getHistoryBulk,
    isThere: ({ bulkRunIds }) => bulkRunIds > 0,
  },
  { at: "GET api /mlflow/registered-models/search", handler: searchModels },
  { at: "GET api /mlflow/registered-models/get", handler: getModel },
  { at: "GET api /mlflow/model-versions/search", handler: searchModelVersions },
  { at: "GET api /mlflow/model-versions/get", handler: getModelVersion },
  { at: "GET api /mlflow/artifacts/list", handler: listArtifacts },
  { at: "GET api /mlflow-artifacts/artifacts", handler: listProxy },
  { at: "GET api /mlflow-artifacts/artifacts/*path", handler: getProxy },
  { at: "GET api /mlflow/logged-models/:model_id", handler: getLoggedModel, isThere: has("isThree") },
  {
    at: "GET api /mlflow/logged-models/:model_id/artifacts/directories",
    handler: listLoggedModel,
    isThere: has("isThree"),
  },
  {
    at: "GET ajax /mlflow/logged-models/:model_id/artifacts/files",
    handler: getLoggedModelFile,
    isThere: has("isThree"),
  },
  { at: "POST api /mlflow/experiments/create", handler: createExperiment },
  { at: "POST api /mlflow/experiments/delete", handler: deleteExperiment },
  { at: "POST api /mlflow/experiments/set-experiment-tag", handler: setExperimentTag },
  { at: "POST api /mlflow/runs/create", handler: createRun },
  { at: "POST api /mlflow/runs/update", handler: updateRun },
  { at: "POST api /mlflow/runs/delete", handler: deleteRun },
  { at: "POST api /mlflow/runs/log-batch", handler: logBatch },
  { at: "POST api /mlflow/runs/set-tag", handler: setTag },
  { at: "POST api /mlflow/runs/log-inputs", handler: logInputs, isThere: has("tellsDatasets") },
  { at: "POST api /mlflow/runs/outputs", handler: logOutputs, isThere: has("isThree") },
  { at: "POST api /mlflow/logged-models", handler: createLoggedModel, isThere: has("isThree") },
  { at: "POST api /mlflow/registered-models/create", handler: createModel },
  { at: "POST api /mlflow/registered-models/alias", handler: setAlias, isThere: has("pagesModelVersions") },
  { at: "POST api /mlflow/model-versions/create", handler: createModelVersion },
  { at: "POST api /mlflow/model-versions/transition-stage", handler: transitionStage },
  { at: "PUT api /mlflow-artifacts/artifacts/*path", handler: putProxy },
];

type Flag = { [Name in keyof Dialect]: Dialect[Name] extends boolean ? Name : never }[keyof Dialect];

function has(flag: Flag): (settings: ServerSettings) => boolean {
  return ({ dialect }) => dialect[flag];
}
