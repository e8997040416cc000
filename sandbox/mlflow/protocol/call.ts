/**
 * What the handler of an endpoint is given: the server, the account and the parameters.
 * @module
 */
import type { BasicAuth, BasicAuthUser } from "./account.ts";
import type { Dialect } from "./dialect.ts";
import type { Fields } from "./fields.ts";
import type { QueryLanguage } from "./queries.ts";
import type { WireReply, WireRequest } from "./wire.ts";
import type { World } from "../../world/mod.ts";

/** How one server is set up, as its handlers see it. */
export interface ServerSettings {
  readonly dialect: Dialect;
  readonly world: World;
  /** The count of run ids that get-history-bulk takes. */
  readonly bulkRunIds: number;
  /** MLflow 3.1 to 3.12: get-history without max_results gives no points and a token to itself, for ever. */
  readonly endlessHistoryToken: boolean;
  /** False as MLflow 3.0 to 3.5: runs/search leaves out the models that a run put out, runs/get tells them. */
  readonly listsOutputs: boolean;
  /** False after --no-serve-artifacts. */
  readonly servesArtifacts: boolean;
  /** The accounts of the basic-auth app; null without it. */
  readonly auth: BasicAuth | null;
  /** The language of filters and orders. */
  readonly queries: QueryLanguage;
}

export interface Call extends ServerSettings {
  readonly request: WireRequest;
  /** The request's parameters, from the query of a GET, else from the JSON body. */
  readonly fields: Fields;
  /** The parts of the path that the route leaves open. */
  readonly parts: Readonly<Record<string, string>>;
  /** The account that calls; null without the basic-auth app. */
  readonly user: BasicAuthUser | null;
}

/** Answers one endpoint; throws RestError for MLflow's own refusals. */
export type Handler = (call: Call) => WireReply;
