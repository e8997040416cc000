/**
 * From a request to its endpoint: static prefix, accounts, methods, and what the server answers to the rest.
 * @module
 */
import { authenticate } from "./mlflow_auth.ts";
import { crashPage, notFoundPage, RestError, wrongMethodPage } from "./mlflow_errors.ts";
import { Fields } from "./mlflow_fields.ts";
import { type Route, ROUTES } from "./mlflow_routes.ts";
import type { ServerSettings, WireReply, WireRequest } from "./mlflow_wire.ts";

/** How the router is set up, besides what the handlers see. */
export interface RouterOptions extends ServerSettings {
  /** "" or as in --static-prefix: "/ml". */
  readonly staticPrefix: string;
}

interface CompiledRoute extends Route {
  readonly pattern: RegExp;
}

/** Answers every request. */
export class Router {
  readonly #options: RouterOptions;
  readonly #routes: readonly CompiledRoute[];

  /** Compiles the routes that this server has. */
  constructor(options: RouterOptions) {
    this.#options = options;
    this.#routes = ROUTES.filter((route) => route.isThere?.(options) ?? true)
      .map((route) => ({ ...route, pattern: compile(route, options) }));
  }

  /** Answers one request. */
  answer(request: WireRequest): WireReply {
    const { auth, dialect } = this.#options;
    const matching = this.#routes.filter(({ pattern }) => pattern.test(request.path));
    const entry = authenticate(request, { auth, dialect });
    if ("refusal" in entry) return entry.refusal;
    if (matching.length === 0) return notFoundPage(dialect);
    const route = matching.find(({ methods }) => methods.includes(request.method));
    if (route === undefined) return wrongMethodPage(dialect, matching.flatMap(({ methods }) => methods));
    const fields = request.method === "GET" ? Fields.fromQuery(request.query) : Fields.fromJson(request.body);
    const parts = route.pattern.exec(request.path)?.groups ?? {};
    try {
      return route.handler({ ...this.#options, request, fields, parts, user: entry.user });
    } catch (error) {
      return error instanceof RestError ? error.reply(dialect) : crashPage(dialect);
    }
  }
}

function compile(route: Route, { dialect, staticPrefix }: RouterOptions): RegExp {
  const prefix = escape(staticPrefix);
  const api = dialect.prefixesApi ? prefix : "";
  const path = route.path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace(/\*(\w+)/g, "(?<$1>.+)");
  switch (route.base) {
    case "root": {
      const isAlwaysPrefixed = route.path === "/get-artifact";
      return new RegExp(`^${isAlwaysPrefixed ? prefix : api}${path}$`);
    }
    case "api":
      return new RegExp(`^(?:${api}/api|${prefix}/ajax-api)/2\\.0${path}$`);
    case "ajax":
      return new RegExp(`^${prefix}/ajax-api/2\\.0${path}$`);
    case "api3":
      return new RegExp(`^(?:${api}/api|${prefix}/ajax-api)/3\\.0${path}$`);
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
