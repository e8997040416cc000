/**
 * What differs between the MLflow versions that the sandbox speaks, as one table.
 * Everything here was seen on real servers of these versions with an SQLite store.
 * @module
 */

/** The versions a sandbox can speak. */
export type MlflowVersion = "3.17.2" | "2.22.5" | "1.24.0";

/** The differences between versions, one field each. */
export interface Dialect {
  readonly version: MlflowVersion;
  /** GET and POST experiments/search, and registered-models aliases: 2.x and later. 1.x has experiments/list. */
  readonly searchesExperiments: boolean;
  /** /version answers: 2.2 and later. */
  readonly tellsVersion: boolean;
  /** /api/3.0/mlflow/server-info answers: 3.10 and later. */
  readonly tellsServerInfo: boolean;
  /** The largest count of run ids in get-history-bulk; 0 where there is no such endpoint. */
  readonly bulkRunIds: number;
  /** get-history honours max_results and page_token: 3.1.4 and later. */
  readonly pagesHistory: boolean;
  /** A last page that is exactly full has no token: 3.x. Before, one more empty page follows. */
  readonly looksAhead: boolean;
  /** info.run_name, experiment times: not in 1.24. */
  readonly tellsRunName: boolean;
  /** inputs.dataset_inputs: 2.4 and later. */
  readonly tellsDatasets: boolean;
  /** Traces: 2.14 and later. */
  readonly hasTraces: boolean;
  /** outputs, logged models, workspace, sqlstate and error_class: 3.x. */
  readonly isThree: boolean;
  /** model-versions/search is paged and limited, models have aliases: 2.x. */
  readonly pagesModelVersions: boolean;
  /** Parameters are checked, and refused in plain words: 2.x and later. */
  readonly validatesFields: boolean;
  /** The status and title that refuse a request line of more than 4,094 bytes (gunicorn); null: none (uvicorn). */
  readonly requestLineRefusal: readonly [status: number, title: string] | null;
  /** A kept-alive connection (uvicorn), or one connection a call (gunicorn's sync workers). */
  readonly keepsAlive: boolean;
  /** The first line of the HTML error pages: werkzeug changed it. */
  readonly doctype: string;
  readonly server: string;
  /** Whether /api/ answers below the static prefix, as everything else does: 3.10 and later. */
  readonly prefixesApi: boolean;
}

/** What 3.17.2 does. */
export const MLFLOW_3: Dialect = {
  version: "3.17.2",
  searchesExperiments: true,
  tellsVersion: true,
  tellsServerInfo: true,
  bulkRunIds: 100,
  pagesHistory: true,
  looksAhead: true,
  tellsRunName: true,
  tellsDatasets: true,
  hasTraces: true,
  isThree: true,
  pagesModelVersions: true,
  validatesFields: true,
  requestLineRefusal: null,
  keepsAlive: true,
  doctype: "<!doctype html>\n<html lang=en>",
  server: "uvicorn",
  prefixesApi: true,
};

const MLFLOW_2: Dialect = {
  version: "2.22.5",
  searchesExperiments: true,
  tellsVersion: true,
  tellsServerInfo: false,
  bulkRunIds: 100,
  pagesHistory: false,
  looksAhead: false,
  tellsRunName: true,
  tellsDatasets: true,
  hasTraces: true,
  isThree: false,
  pagesModelVersions: true,
  validatesFields: true,
  requestLineRefusal: [400, "Bad Request"],
  keepsAlive: false,
  doctype: "<!doctype html>\n<html lang=en>",
  server: "gunicorn",
  prefixesApi: false,
};

const MLFLOW_1: Dialect = {
  version: "1.24.0",
  searchesExperiments: false,
  tellsVersion: false,
  tellsServerInfo: false,
  bulkRunIds: 0,
  pagesHistory: false,
  looksAhead: false,
  tellsRunName: false,
  tellsDatasets: false,
  hasTraces: false,
  isThree: false,
  pagesModelVersions: false,
  validatesFields: false,
  requestLineRefusal: [414, "URI Too Long"],
  keepsAlive: false,
  doctype: '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">',
  server: "gunicorn",
  prefixesApi: false,
};

const DIALECTS: Readonly<Record<MlflowVersion, Dialect>> = {
  "3.17.2": MLFLOW_3,
  "2.22.5": MLFLOW_2,
  "1.24.0": MLFLOW_1,
};

/** The differences of one version. */
export function dialectOf(version: MlflowVersion): Dialect {
  return DIALECTS[version];
}
