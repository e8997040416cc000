/**
 * The endpoints that an export from MLflow 3 asks, one line each: all that `demo` needs.
 * @module
 */
import {
  getArtifact,
  getLoggedModel,
  getLoggedModelFile,
  listArtifacts,
  listLoggedModel,
} from "./endpoints/artifacts.ts";
import {
  getDatasetExperiments,
  getDatasetRecords,
  listScorers,
  listScorerVersions,
  listWebhooks,
  searchDatasets,
} from "./endpoints/evaluation.ts";
import { getSpans, listTraces, searchTraces } from "./endpoints/extras.ts";
import { searchExperiments } from "./endpoints/experiments.ts";
import { getHistory, getHistoryBulk } from "./endpoints/history.ts";
import { searchModels, searchModelVersions } from "./endpoints/registry.ts";
import { searchLoggedModels } from "./endpoints/logged_models.ts";
import { searchRuns } from "./endpoints/runs.ts";
import { serverInfo, version } from "./endpoints/server_info.ts";
import type { ServerSettings } from "./protocol/call.ts";
import type { Dialect } from "./protocol/dialect.ts";
import type { Route } from "./router.ts";

/** Endpoints that only read. */
export const READING_ROUTES: readonly Route[] = [
  { at: "GET root /version", handler: version, isThere: has("tellsVersion") },
  { at: "GET root /get-artifact", handler: getArtifact },
  { at: "GET api3 /mlflow/server-info", handler: serverInfo, isThere: has("tellsServerInfo") },
  { at: "POST api /mlflow/experiments/search", handler: searchExperiments, isThere: has("searchesExperiments") },
  { at: "POST api /mlflow/runs/search", handler: searchRuns },
  { at: "GET api /mlflow/metrics/get-history", handler: getHistory },
  {
    at: "GET ajax /mlflow/metrics/get-history-bulk",
    handler: getHistoryBulk,
    isThere: ({ bulkRunIds }) => bulkRunIds > 0,
  },
  { at: "GET api /mlflow/registered-models/search", handler: searchModels },
  { at: "GET api /mlflow/model-versions/search", handler: searchModelVersions },
  { at: "GET api /mlflow/artifacts/list", handler: listArtifacts },
  { at: "POST api3 /mlflow/traces/search", handler: searchTraces, isThere: has("isThree") },
  { at: "GET api /mlflow/traces", handler: listTraces, isThere: has("hasTraces") },
  { at: "GET ajax /mlflow/get-trace-artifact", handler: getSpans, isThere: has("hasTraces") },
  { at: "POST api3 /mlflow/datasets/search", handler: searchDatasets, isThere: has("isThree") },
  {
    at: "GET api3 /mlflow/datasets/:dataset_id/experiment-ids",
    handler: getDatasetExperiments,
    isThere: has("isThree"),
  },
  { at: "GET api3 /mlflow/datasets/:dataset_id/records", handler: getDatasetRecords, isThere: has("isThree") },
  { at: "GET api3 /mlflow/scorers/list", handler: listScorers, isThere: has("isThree") },
  { at: "GET api3 /mlflow/scorers/versions", handler: listScorerVersions, isThere: has("isThree") },
  { at: "GET api /mlflow/webhooks", handler: listWebhooks, isThere: has("isThree") },
  { at: "POST api /mlflow/logged-models/search", handler: searchLoggedModels, isThere: has("isThree") },
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
];

type Flag = { [Name in keyof Dialect]: Dialect[Name] extends boolean ? Name : never }[keyof Dialect];

/** Says for a route that the versions with this trait have it. */
export function has(flag: Flag): (settings: ServerSettings) => boolean {
  return ({ dialect }) => dialect[flag];
}
