/**
 * From a request to its endpoint.
 * @module
 */
import type { BasicAuthUser } from "./protocol/account.ts";
import type { Handler, ServerSettings } from "./protocol/call.ts";
import { Fields } from "./protocol/fields.ts";
import type { WireReply, WireRequest } from "./protocol/wire.ts";

export interface Route {
  /**
   * Method, base and path; ":name" leaves one part open, "*name" all that follows. The base says where it answers: at
   * the root itself, below /api/2.0 and /ajax-api/2.0, below /ajax-api/2.0 only, or below /api/3.0 and /ajax-api/3.0.
   */
  readonly at: `${"GET" | "POST" | "PUT"} ${"root" | "api" | "ajax" | "api3"} /${string}`;
  readonly handler: Handler;
  /** Which servers have it. @default {all} */
  readonly isThere?: (settings: ServerSettings) => boolean;
}

/** A route as {@linkcode Router.find} gives it. */
export interface CompiledRoute {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler;
}

/** Finds endpoints, and hands them what they are asked. */
export class Router {
  readonly #settings: ServerSettings;
  readonly #routes: readonly CompiledRoute[];

  /** Compiles the routes that this server has; the static prefix is "" or as in --static-prefix: "/ml". */
  constructor(routes: readonly Route[], settings: ServerSettings, staticPrefix = "") {
    this.#settings = settings;
    this.#routes = routes.filter((route) => route.isThere?.(settings) ?? true)
      .map((route) => compile(route, { prefix: escape(staticPrefix), prefixesApi: settings.dialect.prefixesApi }));
  }

  /** The routes of a path, and among them that of the request's method. */
  find({ method, path }: WireRequest): { readonly matching: readonly CompiledRoute[]; readonly route?: CompiledRoute } {
    const matching = this.#routes.filter(({ pattern }) => pattern.test(path));
    return { matching, route: matching.find((route) => route.method === askedMethod(method)) };
  }

  /** Reads the request's parameters and lets `handle` answer. Throws what refuses them. */
  call(
    route: CompiledRoute,
    { request, user }: { readonly request: WireRequest; readonly user: BasicAuthUser | null },
    handle: Handler = route.handler,
  ): WireReply {
    const { dialect } = this.#settings;
    const isGet = askedMethod(request.method) === "GET";
    const fields = isGet ? Fields.fromQuery(request, dialect) : Fields.fromJson(request, dialect);
    const parts = route.pattern.exec(request.path)?.groups ?? {};
    return handle({ ...this.#settings, request, fields, parts, user });
  }
}

function askedMethod(method: string): string {
  return method === "HEAD" ? "GET" : method;
}

function compile(
  { at, handler }: Route,
  where: { readonly prefix: string; readonly prefixesApi: boolean },
): CompiledRoute {
  const [method = "", base = "", path = ""] = at.split(" ");
  const api = where.prefixesApi ? where.prefix : "";
  const open = path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace(/\*(\w+)/g, "(?<$1>.+)");
  return { method, handler, pattern: new RegExp(`^${rootOf(base, path, { prefix: where.prefix, api })}${open}$`) };
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
