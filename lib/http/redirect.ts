/**
 * Redirects, followed by hand: no credentials reach another server, and no POST becomes a GET.
 * @module
 */
import type { Body } from "./reply/body.ts";
import { RedirectError } from "./failure/errors.ts";
import { LOGIN_HINT, type RequestInfo } from "./failure/request.ts";
import type { Transport, TransportRequest } from "./connection/transport.ts";
import { originAndPath, splitCredentials } from "./failure/url.ts";

/** How often a request is redirected at most. */
const MAX_REDIRECTS = 5;

/** All that another server hears: any other header may be a credential, whatever it is called. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "content-type",
  "range",
  "user-agent",
  "x-mlflow-workspace",
]);

/** A request whose body can be made again. */
export interface RepeatableRequest extends Omit<TransportRequest, "body"> {
  /** The body, made again for each hop. */
  readonly body?: Body;
}

/** What is sent, and who hears where it goes. */
export interface FollowOptions {
  /** The request as it was asked, for messages. */
  readonly info: RequestInfo;
  /** What is sent. */
  readonly request: RepeatableRequest;
  /** Hears, before each hop, what a failure of it is to be told with. */
  readonly onHop?: (info: RequestInfo) => void;
}

/**
 * Sends a request and follows up to five redirects.
 *
 * A GET goes anywhere, without whatever may be a credential once it leaves the server. A POST is
 * sent again by 307 and 308 only, with its body, and never to another server when it carries an x-api-key or is a form.
 *
 * @throws {RedirectError} if a redirect is not followed.
 */
export async function fetchFollowing(
  transport: Transport,
  { info, request, onHop }: FollowOptions,
): Promise<Response> {
  const asked = new URL(info.url);
  let url = asked;
  let headers = request.headers;
  for (let redirects = 0;; redirects++) {
    const redirect = redirects === 0
      ? undefined
      : { location: originAndPath(url), isElsewhere: url.hostname !== asked.hostname };
    onHop?.({ ...info, ...transport.wayTo?.(url), redirect });
    const body = typeof request.body === "function" ? request.body() : request.body;
    const response = await transport.fetch(
      url,
      { ...request, headers, body } as TransportRequest,
    );
    const target = redirectTarget(response, url);
    if (target === null) return response;
    await response.body?.cancel();
    const refusal = redirects === MAX_REDIRECTS
      ? `this is the redirect number ${redirects + 1} in a row`
      : reasonNotToFollow(response.status, { from: url, to: target, request });
    if (refusal !== null) {
      const isLogin = refusal === LOGIN_AHEAD;
      const hint = isLogin ? LOGIN_HINT : hintFor(url, target);
      throw new RedirectError(info, { location: originAndPath(target), detail: refusal, hint, isLogin });
    }
    if (!isSameServer(url, target)) {
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => PUBLIC_HEADERS.has(name)));
    }
    url = target;
  }
}

function redirectTarget(response: Response, from: URL): URL | null {
  const location = response.headers.get("location");
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return null;
  return URL.canParse(location, from) ? splitCredentials(new URL(location, from)).url : null;
}

function reasonNotToFollow(
  status: number,
  options: { readonly from: URL; readonly to: URL; readonly request: RepeatableRequest },
): string | null {
  const { from, to, request } = options;
  if (to.protocol !== "http:" && to.protocol !== "https:") return "that is no web address";
  if (request.method === "GET") return null;
  // By 301 to 303 clients turn a POST into a GET: its data would be lost, and the page that comes would look like a success.
  if (status < 307) return isMove(from, to) ? `with status ${status} a POST would lose its data` : LOGIN_AHEAD;
  if (isSameServer(from, to)) return null;
  if ("x-api-key" in request.headers) return "the token is not sent to another server";
  // Nothing but a sign-in is a form.
  if (request.headers["content-type"] === FORM_TYPE) return "what one signs in with is not sent to another server";
  return null;
}

/** The type of a form. */
export const FORM_TYPE = "application/x-www-form-urlencoded";

const LOGIN_AHEAD = "the way to a login page, it seems";

/** Whether the same is to be had elsewhere, below another prefix perhaps: a login has a path of its own. */
function isMove(from: URL, to: URL): boolean {
  return to.pathname.endsWith(from.pathname);
}

/** The same origin, or the same host moved from http to https on the usual ports. */
function isSameServer(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.protocol === "http:" && to.protocol === "https:" &&
    from.port === "" && to.port === "";
}

function hintFor(from: URL, to: URL): string {
  return from.pathname === to.pathname
    ? `If that is the right server, give ${to.origin} as its address`
    : "A login page may stand before the server: check the address and the credentials";
}
