/**
 * The endpoints of what MLflow 3 has besides runs, one method each. When to call them is decided elsewhere.
 * @module
 */
import type { HttpClient } from "../../../http/types.ts";
import type { EvaluationRecord, Json, LoggedModel, Trace, Webhook } from "../../../source/mod.ts";
import { type PageQuery, type Parameters, queryOf } from "../endpoints/client.ts";
import { type Dialect, jsonBody } from "../endpoints/dialect.ts";
import { type CallOptions, retriesForFiles, retriesOfOptional } from "../endpoints/retries.ts";
import type { Page } from "../endpoints/wire.ts";
import type { TimePlace } from "../paging/by_time.ts";
import { readOldTraces, readSpans, readTraces } from "./trace_wire.ts";
import {
  type ListedDataset,
  type ListedScorer,
  readDatasets,
  readExperimentIds,
  readRecords,
  readScorers,
  readWebhooks,
} from "./evaluation_wire.ts";
import { readLoggedModels } from "./wire.ts";

/** Which page of what is newest first. */
export interface TimePageQuery extends CallOptions, TimePlace {
  /** The experiments. */
  readonly experimentIds: readonly string[];
  /** Items at most. */
  readonly maxResults: number;
}

/** One server's endpoints. Every method rejects as lib/http's client does, or with an AppError for an odd reply. */
export class ExtrasClient {
  readonly #http: HttpClient;
  /** What the server speaks. */
  readonly dialect: Dialect;

  /** Creates a client for a server whose dialect is known. */
  constructor(http: HttpClient, dialect: Dialect) {
    this.#http = http;
    this.dialect = dialect;
  }

  /** POST logged-models/search: creation time DESC, model id ASC, over all experiments given; deleted ones are never told. */
  async loggedModels(query: TimePageQuery): Promise<Page<LoggedModel>> {
    const { experimentIds, maxResults, until, token, ...call } = query;
    const body = {
      experiment_ids: experimentIds,
      filter: until === undefined ? undefined : `creation_timestamp <= ${until}`,
      max_results: maxResults,
      page_token: token,
    };
    return readLoggedModels(await this.#post("logged-models/search", body, call));
  }

  /** POST traces/search of 3.2 and later, newest first; 500 at most. */
  async traces(query: TimePageQuery): Promise<Page<Trace>> {
    const { experimentIds, maxResults, until, token, ...call } = query;
    const reply = await this.#post("3.0/traces/search", {
      locations: experimentIds.map((id) => ({ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: id } })),
      filter: until === undefined ? undefined : `timestamp_ms <= ${until}`,
      order_by: ["timestamp_ms DESC"],
      max_results: maxResults,
      page_token: token,
    }, call);
    return readTraces(reply);
  }

  /** GET traces of 2.14 and later, which all before 3.2 have alone; newest first, 500 at most. */
  async oldTraces(query: TimePageQuery): Promise<Page<Trace>> {
    const { experimentIds, maxResults, until, token, ...call } = query;
    const parameters = {
      filter: until === undefined ? undefined : `timestamp_ms <= ${until}`,
      order_by: "timestamp_ms DESC",
      max_results: maxResults,
      page_token: token,
    };
    return readOldTraces(await this.#get("traces", parameters, { experiment_ids: experimentIds, ...call }));
  }

  /** GET get-trace-artifact: a trace's spans. */
  async spans(traceId: string, call: CallOptions = {}): Promise<readonly Json[]> {
    const path = `${this.dialect.ajaxPath}/get-trace-artifact${queryOf({ request_id: traceId })}`;
    return readSpans(await this.#http.json({ path, retries: retriesForFiles, ...call }));
  }

  /** POST datasets/search of 3.4 and later: the evaluation datasets, newest first. */
  async evaluationDatasets({ maxResults, token, ...call }: PageQuery): Promise<Page<ListedDataset>> {
    return readDatasets(await this.#post("3.0/datasets/search", { max_results: maxResults, page_token: token }, call));
  }

  /** GET datasets/ID/experiment-ids: the experiments of an evaluation dataset. */
  async datasetExperiments(id: string, call: CallOptions = {}): Promise<readonly string[]> {
    return readExperimentIds(await this.#get(`3.0/datasets/${encodeURIComponent(id)}/experiment-ids`, {}, call));
  }

  /** GET datasets/ID/records: by creation, then id. */
  async datasetRecords(id: string, { maxResults, token, ...call }: PageQuery): Promise<Page<EvaluationRecord>> {
    const parameters = { max_results: maxResults, page_token: token };
    return readRecords(await this.#get(`3.0/datasets/${encodeURIComponent(id)}/records`, parameters, call));
  }

  /** GET scorers/list of 3.4 and later: the scorers of an experiment by their newest versions; later ones give those of all at once. */
  async scorers(experimentId: string | undefined, call: CallOptions = {}): Promise<readonly ListedScorer[]> {
    return readScorers(await this.#get("3.0/scorers/list", { experiment_id: experimentId }, call));
  }

  /** GET scorers/versions: all versions of a scorer. */
  async scorerVersions(
    { experimentId, name }: Pick<ListedScorer, "experimentId" | "name">,
    call: CallOptions = {},
  ): Promise<readonly ListedScorer[]> {
    return readScorers(await this.#get("3.0/scorers/versions", { experiment_id: experimentId, name }, call));
  }

  /** GET webhooks of 3.3 and later. */
  async webhooks({ maxResults, token, ...call }: PageQuery): Promise<Page<Webhook>> {
    return readWebhooks(await this.#get("webhooks", { max_results: maxResults, page_token: token }, call));
  }

  #get(
    endpoint: string,
    parameters: Parameters,
    { experiment_ids = [], ...call }: CallOptions & { readonly experiment_ids?: readonly string[] } = {},
  ): Promise<unknown> {
    const query = new URLSearchParams(experiment_ids.map((id) => ["experiment_ids", id]));
    const path = this.#path(endpoint, parameters);
    const more = query.size === 0 ? "" : `${path.includes("?") ? "&" : "?"}${query}`;
    return this.#http.json({ path: path + more, retries: retriesOfOptional, ...call });
  }

  #post(endpoint: string, body: unknown, call: CallOptions = {}): Promise<unknown> {
    const path = this.#path(endpoint, {});
    return this.#http.json({ method: "POST", path, ...jsonBody(body), retries: retriesOfOptional, ...call });
  }

  /** Endpoints that are named with a version lie below that one: "3.0/traces/search". */
  #path(endpoint: string, parameters: Parameters): string {
    const { apiPath } = this.dialect;
    const [base, name] = endpoint.startsWith("3.0/")
      ? [apiPath.replace("/2.0/", "/3.0/"), endpoint.slice(4)]
      : [apiPath, endpoint];
    return `${base}/${name}${queryOf(parameters)}`;
  }
}
