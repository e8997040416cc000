/**
 * From a request to its endpoint: static prefix, accounts, methods, and what the server answers to the rest.
 * @module
 */
import { refuseReading, refuseUnknownPath } from "./protocol/access.ts";
import { authenticate } from "./protocol/auth.ts";
import { crashPage, notFoundPage, RestError, wrongMethodPage } from "./protocol/errors.ts";
import { Fields } from "./protocol/fields.ts";
import { type Route, ROUTES } from "./routes.ts";
import type { ServerSettings } from "./protocol/call.ts";
import type { WireReply, WireRequest } from "./protocol/wire.ts";

/** How the router is set up, besides what the handlers see. */
export interface RouterOptions extends ServerSettings {
  /** "" or as in --static-prefix: "/ml". */
  readonly staticPrefix: string;
}

interface CompiledRoute extends Route {
  readonly method: string;
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
      .map((route) => ({ ...route, ...compile(route, options) }));
  }

  /** Answers one request. */
  answer(request: WireRequest): WireReply {
    const { auth, dialect } = this.#options;
    const matching = this.#routes.filter(({ pattern }) => pattern.test(request.path));
    const entry = authenticate(request, { auth, dialect });
    if ("refusal" in entry) return entry.refusal;
    if (matching.length === 0) return refuseUnknownPath(entry.user, dialect.isThree) ?? notFoundPage(dialect);
    const asked = request.method === "HEAD" ? "GET" : request.method;
    const route = matching.find(({ method }) => method === asked);
    if (route === undefined) return wrongMethodPage(dialect, matching.map(({ method }) => method));
    const parts = route.pattern.exec(request.path)?.groups ?? {};
    try {
      const fields = asked === "GET" ? Fields.fromQuery(request, dialect) : Fields.fromJson(request, dialect);
      const call = { ...this.#options, request, fields, parts, user: entry.user };
      return refuseReading(call) ?? route.handler(call);
    } catch (error) {
      return error instanceof RestError ? error.reply(dialect) : crashPage(dialect);
    }
  }
}

function compile({ at }: Route, options: RouterOptions): { readonly method: string; readonly pattern: RegExp } {
  const [method = "", base = "", path = ""] = at.split(" ");
  const prefix = escape(options.staticPrefix);
  const api = options.dialect.prefixesApi ? prefix : "";
  const open = path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace(/\*(\w+)/g, "(?<$1>.+)");
  return { method, pattern: new RegExp(`^${rootOf(base, path, { prefix, api })}${open}$`) };
}

/** Before 3.10 the static prefix holds for the pages and for what they ask (/ajax-api), not for the API. */
function rootOf(
  base: string,
  path: string,
  { prefix, api }: { readonly prefix: string; readonly api: string },
): string {
  switch (base) {
    case "api":
      return `(?:${api}/api|${prefix}/ajax-api)/2\\.0`;
    case "api3":
      return `(?:${api}/api|${prefix}/ajax-api)/3\\.0`;
    case "ajax":
      return `${prefix}/ajax-api/2\\.0`;
    default:
      return path === "/get-artifact" ? prefix : api;
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
