/**
 * The MLflow server's endpoints, one method each: parameters in, entities out. When to call them is decided elsewhere.
 * @module
 */
import { HttpError } from "../../../http/failure/errors.ts";
import type { HttpClient, HttpStream } from "../../../http/types.ts";
import type { Experiment } from "../../../source/mod.ts";
import { type Account, readOwnPermissions, readUser } from "./account.ts";
import { type Dialect, jsonBody } from "./dialect.ts";
import type { CallOptions } from "./retries.ts";
import { BulkReading, type BulkReply, type HistoryPage, readHistory } from "./points.ts";
import {
  type ArtifactPage,
  type ListedModel,
  type ListedRun,
  type ListedVersion,
  type LoggedModel,
  type Page,
  readArtifacts,
  readExperiments,
  readLoggedModel,
  readModelIds,
  readModelsPage,
  readRuns,
  readServerInfo,
  readVersions,
  readWorkspaces,
  type ServerInfo,
} from "./wire.ts";

/** Which page of a listing. */
export interface PageQuery extends CallOptions {
  /** Items at most. */
  readonly maxResults: number;
  /** From the page before. */
  readonly token?: string;
}

/** Which page of the registry. */
export interface RegistryPageQuery extends PageQuery {
  /** MLflow's filter. @default {all but prompts} */
  readonly filter?: string;
}

/** Which runs, and which page of them. */
export interface RunPageQuery extends PageQuery {
  /** The experiments: their runs come in one order, newest first over all of them. */
  readonly experimentIds: readonly string[];
  /** MLflow's filter; "" for all. */
  readonly filter: string;
  /** Deleted runs too. */
  readonly includeDeleted: boolean;
}

/** Which folder of artifacts. */
export interface FolderQuery extends CallOptions {
  /** Below the root of the run or model; "" for the root itself. */
  readonly path: string;
  /** From the page before. */
  readonly token?: string;
}

/** Most rows that get-history-bulk gives in one reply, whatever it is asked for. */
export const BULK_ROWS = 25_000;

/** One server's endpoints. Every method rejects as lib/http's client does, or with an AppError for an odd reply. */
export class MlflowClient {
  readonly #http: HttpClient;
  /** What the server speaks. */
  readonly dialect: Dialect;

  /** Creates a client for a server whose dialect is known. */
  constructor(http: HttpClient, dialect: Dialect) {
    this.#http = http;
    this.dialect = dialect;
  }

  /** POST experiments/search (newest first), or GET experiments/list before 1.28 (oldest first). */
  async experiments(query: PageQuery & { readonly includeDeleted: boolean }): Promise<Page<Experiment>> {
    const { maxResults, token, includeDeleted, ...call } = query;
    const body = {
      max_results: maxResults,
      view_type: includeDeleted ? "ALL" : "ACTIVE_ONLY",
      page_token: token,
    };
    const endpoint = this.dialect.isOld ? "experiments/list" : "experiments/search";
    const reply = this.dialect.isOld ? await this.#get(endpoint, body, call) : await this.#post(endpoint, body, call);
    return readExperiments(reply, endpoint);
  }

  /** POST runs/search: start_time DESC, run_id ASC. */
  async runs(query: RunPageQuery): Promise<Page<ListedRun>> {
    const { maxResults, token, experimentIds, filter, includeDeleted, ...call } = query;
    return readRuns(
      await this.#post("runs/search", {
        experiment_ids: experimentIds,
        filter,
        run_view_type: includeDeleted ? "ALL" : "ACTIVE_ONLY",
        max_results: maxResults,
        order_by: ["attributes.start_time DESC"],
        page_token: token,
      }, call),
    );
  }

  /** GET runs/get: the ids of a run's logged models. */
  async modelIds(runId: string, call: CallOptions = {}): Promise<string[]> {
    return readModelIds(await this.#get("runs/get", { run_id: runId }, call));
  }

  /** Path and query of get-history-bulk without its run ids: what is left of 4,000 bytes is theirs. */
  bulkPath(key: string): string {
    return `${this.dialect.ajaxPath}/metrics/get-history-bulk?${new URLSearchParams({
      metric_key: key,
      max_results: `${BULK_ROWS}`,
    })}`;
  }

  /** GET get-history-bulk: one metric of many runs, by run, timestamp, step and value; at most {@linkcode BULK_ROWS}. */
  async bulkHistory(key: string, query: CallOptions & { readonly runIds: readonly string[] }): Promise<BulkReply> {
    const { runIds, ...call } = query;
    const path = this.bulkPath(key) + runIds.map(runIdParameter).join("");
    return await this.#http.fold({ path, ...call }, () => new BulkReading(key, BULK_ROWS));
  }

  /** GET get-history, a page of one metric of one run. max_results is always sent: without it 3.1 to 3.12 never end. */
  async history(key: string, query: PageQuery & { readonly runId: string }): Promise<HistoryPage> {
    const { runId, maxResults, token, ...call } = query;
    return readHistory(await this.#http.json({ path: this.#historyPath(key, { runId, maxResults, token }), ...call }));
  }

  /** The same as a stream, for replies that are too large to lie in memory. */
  openHistory(key: string, query: PageQuery & { readonly runId: string }): Promise<HttpStream> {
    const { runId, maxResults, token, ...call } = query;
    return this.#http.open({ path: this.#historyPath(key, { runId, maxResults, token }), ...call });
  }

  #historyPath(key: string, query: { runId: string; maxResults: number; token: string | undefined }): string {
    const { runId, maxResults, token } = query;
    return this.#path("metrics/get-history", {
      run_id: runId,
      metric_key: key,
      max_results: maxResults,
      page_token: token,
    });
  }

  /** GET registered-models/search, or registered-models/list in early 1.x. */
  async registeredModels(
    query: RegistryPageQuery & { readonly endpoint: "search" | "list" },
  ): Promise<Page<ListedModel>> {
    const { maxResults, token, endpoint, filter, ...call } = query;
    const parameters = { max_results: maxResults, page_token: token, filter };
    return readModelsPage(await this.#get(`registered-models/${endpoint}`, parameters, call), endpoint);
  }

  /** GET registered-models/get: rejects where there is no such model, or no registry. */
  async findModel(name: string, call: CallOptions = {}): Promise<void> {
    await this.#get("registered-models/get", { name }, call);
  }

  /**
   * GET model-versions/search; without a filter: the versions of all models. 1.x sends them all at once. In MLflow's own order one that is
   * changed meanwhile would jump to a page that was read already.
   */
  async modelVersions(query: RegistryPageQuery): Promise<Page<ListedVersion>> {
    const { maxResults, token, filter, ...call } = query;
    const parameters = { max_results: maxResults, page_token: token, order_by: "name ASC", filter };
    return readVersions(await this.#get("model-versions/search", parameters, call));
  }

  /** GET artifacts/list: one folder of a run. */
  async runArtifacts(query: FolderQuery & { readonly runId: string }): Promise<ArtifactPage> {
    const { runId, path, token, ...call } = query;
    const parameters = {
      run_id: runId,
      path: path || undefined,
      page_token: token,
    };
    return readArtifacts(await this.#get("artifacts/list", parameters, call), "artifacts/list");
  }

  /** GET logged-models/{id}/artifacts/directories: one folder of an MLflow 3 logged model. */
  async modelArtifacts(query: FolderQuery & { readonly modelId: string }): Promise<ArtifactPage> {
    const { modelId, path, token, ...call } = query;
    const endpoint = `logged-models/${encode(modelId)}/artifacts/directories`;
    const parameters = {
      artifact_directory_path: path || undefined,
      page_token: token,
    };
    return readArtifacts(await this.#get(endpoint, parameters, call), endpoint);
  }

  /** GET logged-models/{id}: an MLflow 3 logged model. */
  async loggedModel(modelId: string, call: CallOptions = {}): Promise<LoggedModel> {
    return readLoggedModel(await this.#get(`logged-models/${encode(modelId)}`, {}, call));
  }

  /** Opens a path below the server's address. Among calls that wait for a place it has no priority. */
  open(
    path: string,
    options: CallOptions & { readonly headers?: Readonly<Record<string, string>> },
  ): Promise<HttpStream> {
    return this.#http.open({ path, ...options });
  }

  /** GET users/current/permissions: this account and what it is granted and denied; MLflow after 3.12 with basic-auth, 404 elsewhere. */
  async ownPermissions(call: CallOptions = {}): Promise<Account> {
    return readOwnPermissions(
      await this.#http.json({ path: `${this.dialect.prefix}/api/3.0/mlflow/users/current/permissions`, ...call }),
    );
  }

  /** GET users/get: an account, which each may ask for itself; MLflow 2.5 and later with basic-auth, 404 elsewhere. */
  async user(username: string, call: CallOptions = {}): Promise<Account> {
    return readUser(await this.#get("users/get", { username }, call));
  }

  /** GET server-info; MLflow 3.10 and later. */
  async serverInfo(call: CallOptions = {}): Promise<ServerInfo> {
    return readServerInfo(
      await this.#http.json({ path: `${this.dialect.prefix}/api/3.0/mlflow/server-info`, ...call }),
    );
  }

  /** GET workspaces: their names; MLflow 3.10 and later, where it has any. */
  async workspaces(call: CallOptions = {}): Promise<string[]> {
    return readWorkspaces(await this.#http.json({ path: `${this.dialect.prefix}/api/3.0/mlflow/workspaces`, ...call }));
  }

  /** GET version, for the head of any answer: what the server's clock says, in milliseconds since the epoch; NaN where it does not. */
  async clock(call: CallOptions = {}): Promise<number> {
    const { headers } = await this.#http.request({ path: `${this.dialect.prefix}/version`, ...call }).catch((error) => {
      if (error instanceof HttpError) return error.reply;
      throw error;
    });
    return Date.parse(headers?.get("date") ?? "");
  }

  #get(endpoint: string, parameters: Parameters, call: CallOptions = {}): Promise<unknown> {
    return this.#http.json({ path: this.#path(endpoint, parameters), ...call });
  }

  #post(endpoint: string, body: unknown, call: CallOptions): Promise<unknown> {
    return this.#http.json({ method: "POST", path: this.#path(endpoint, {}), ...jsonBody(body), ...call });
  }

  #path(endpoint: string, parameters: Parameters): string {
    return `${this.dialect.apiPath}/${endpoint}${queryOf(parameters)}`;
  }
}

/** Names and values of a query; undefined leaves one out. */
export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** Returns what one run id adds to the path of {@linkcode MlflowClient.bulkHistory}. */
export function runIdParameter(runId: string): string {
  return `&run_id=${encode(runId)}`;
}

/** Returns the parameters as the query of a path, "?" included; "" without parameters. */
export function queryOf(parameters: Parameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const pairs = given.map(([name, value]) => `${name}=${encode(`${value}`)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** Returns a text as one part of a path, or a value of a query. */
export function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
