/**
 * The endpoints of what MLflow 3 has besides runs, one method each. When to call them is decided elsewhere.
 * @module
 */
import type { HttpClient } from "../../../http/types.ts";
import type { LoggedModel } from "../../../source/mod.ts";
import { type Parameters, queryOf } from "../endpoints/client.ts";
import { type Dialect, jsonBody } from "../endpoints/dialect.ts";
import { type CallOptions, retriesOfOptional } from "../endpoints/retries.ts";
import type { Page } from "../endpoints/wire.ts";
import type { TimePlace } from "../paging/by_time.ts";
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

  #get(endpoint: string, parameters: Parameters, call: CallOptions = {}): Promise<unknown> {
    return this.#http.json({ path: this.#path(endpoint, parameters), retries: retriesOfOptional, ...call });
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
