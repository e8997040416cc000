/**
 * What is known of a request that failed, and its parts in words.
 * @module
 */
import { shortUrl } from "./url.ts";

/** What stands between here and a server, for messages. */
export interface Way {
  /** The proxy that is asked, without credentials, and the variable that names it. @default {none} */
  readonly proxy?: { readonly address: string; readonly variable: string };
  /** The file of the only authorities that are trusted, and the variable that names it. @default {the runtime's own} */
  readonly authorities?: { readonly path: string; readonly variable?: string };
}

/** Which request failed. */
export interface RequestInfo extends Way {
  /** The service's name for messages: "MLflow", "Kiroframe". */
  readonly service: string;
  /** "GET" or "POST". */
  readonly method: string;
  /** The whole address, without credentials. */
  readonly url: string;
  /** Where the server redirected the request to. @default {nowhere} */
  readonly redirect?: Redirect;
}

/** The address that a redirect led to. */
export interface Redirect {
  /** Without credentials and query. */
  readonly location: string;
  /** Whether that is another host than the one that was asked. */
  readonly isElsewhere: boolean;
}

/** Why there was no whole answer; "connection" also stands for a reply that broke off. */
export type NoAnswerReason = "refused" | "dns" | "timeout" | "connection";

/** What to do about a page to sign in at, which is made for people. */
export const LOGIN_HINT =
  "A login for people (single sign-on) stands before the server: use an address behind it, or credentials that it " +
  "takes from programs";

/** The address that was asked, and the one that answered in its place. */
export function addressOf({ url, redirect }: RequestInfo): string {
  return shortUrl(url) + (redirect === undefined ? "" : `, redirected to ${shortUrl(redirect.location)},`);
}

/** The service and where it was asked at last. */
export function whereOf(request: RequestInfo): string {
  return `${request.service} at ${shortUrl(request.redirect?.location ?? request.url)}`;
}

/** The proxy and where its address was found. */
export function proxyOf({ proxy }: RequestInfo): string {
  return proxy === undefined ? "the proxy" : `the proxy ${proxy.address} (from ${proxy.variable})`;
}

/** " through the proxy …", or nothing. */
export function throughProxy(request: RequestInfo): string {
  return request.proxy === undefined ? "" : ` through ${proxyOf(request)}`;
}

/** What could not be reached: where there is a proxy, it is the one that is connected to. */
export function unreachedOf(request: RequestInfo, reason: NoAnswerReason): string {
  if (request.proxy === undefined) return whereOf(request);
  return reason === "refused" || reason === "dns"
    ? `${proxyOf(request)}, the way to ${whereOf(request)}`
    : `${whereOf(request)}${throughProxy(request)}`;
}
