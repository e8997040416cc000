/**
 * Every endpoint of the sandboxed MLflow server: one line each.
 * @module
 */
import { getExperiment, listExperiments, searchExperiments } from "./endpoints/experiments.ts";
import { getProxy, listProxy, putProxy } from "./endpoints/proxy.ts";
import { getModel, getModelVersion } from "./endpoints/registry.ts";
import { getRun } from "./endpoints/runs.ts";
import { getUser, health, ownPermissions } from "./endpoints/server_info.ts";
import { has, READING_ROUTES } from "./reading_routes.ts";
import type { Route } from "./router.ts";
import { createDataset, createWebhook, registerScorer } from "./writes/evaluation.ts";
import { createModel, createModelVersion, setAlias, transitionStage } from "./writes/registry.ts";
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
} from "./writes/runs.ts";

export const ROUTES: readonly Route[] = [
  ...READING_ROUTES,
  { at: "GET root /health", handler: health },
  { at: "GET api /mlflow/users/get", handler: getUser, isThere: ({ auth }) => auth !== null },
  {
    at: "GET api3 /mlflow/users/current/permissions",
    handler: ownPermissions,
    isThere: ({ auth, dialect }) => auth !== null && dialect.isThree,
  },
  { at: "GET api /mlflow/experiments/search", handler: searchExperiments, isThere: has("searchesExperiments") },
  {
    at: "GET api /mlflow/experiments/list",
    handler: listExperiments,
    isThere: ({ dialect }) => !dialect.searchesExperiments,
  },
  { at: "GET api /mlflow/experiments/get", handler: getExperiment },
  { at: "GET api /mlflow/runs/get", handler: getRun },
  { at: "GET api /mlflow/registered-models/get", handler: getModel },
  { at: "GET api /mlflow/model-versions/get", handler: getModelVersion },
  { at: "GET api /mlflow-artifacts/artifacts", handler: listProxy },
  { at: "GET api /mlflow-artifacts/artifacts/*path", handler: getProxy },
  { at: "PUT api /mlflow-artifacts/artifacts/*path", handler: putProxy },
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
  { at: "POST api3 /mlflow/datasets/create", handler: createDataset, isThere: has("isThree") },
  { at: "POST api3 /mlflow/scorers/register", handler: registerScorer, isThere: has("isThree") },
  { at: "POST api /mlflow/webhooks", handler: createWebhook, isThere: has("isThree") },
  { at: "POST api /mlflow/registered-models/create", handler: createModel },
  { at: "POST api /mlflow/registered-models/alias", handler: setAlias, isThere: has("pagesModelVersions") },
  { at: "POST api /mlflow/model-versions/create", handler: createModelVersion },
  { at: "POST api /mlflow/model-versions/transition-stage", handler: transitionStage },
];
