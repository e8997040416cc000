/**
 * What a request can end with, told so that a user understands: the service's name, the address without credentials,
 * and what was found. Every class here is a leaf of lib/errors.ts and carries what a caller may decide by.
 * @module
 */
import { AppError, type AppErrorOptions, RefusedError, UnreachableError } from "../../errors.ts";
import { excerptOf, isHtml } from "./excerpt.ts";
import {
  addressOf,
  type NoAnswerReason,
  proxyOf,
  type RequestInfo,
  throughProxy,
  unreachedOf,
  whereOf,
} from "./request.ts";
import { shortUrl } from "./url.ts";

/** An answer that is not a success. */
export interface FailedReply extends RequestInfo {
  /** The HTTP status, 300 to 599. */
  readonly status: number;
  /** The reply's headers. @default {new Headers()} */
  readonly headers?: Headers;
  /** The body as text, perhaps only its beginning. */
  readonly body: string;
}

/** What MLflow's JSON body of a failure says: `{"error_code": …, "message": …}`. */
export interface ServerError {
  /** "RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE", …; null where the body does not tell. */
  readonly errorCode: string | null;
  /** The server's own words; null where the body does not tell. */
  readonly serverMessage: string | null;
}

/** All failures that a request can end with, besides an abort. */
export type HttpFailure =
  | HttpError
  | RefusedReplyError
  | NoAnswerError
  | ProxyError
  | TlsError
  | BadReplyError
  | RedirectError;

/** The statuses of a server, or of the gateway before it, that has more to do than it can. */
export const OVERLOAD_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** The server answered with a failure: exit 5 if it is overloaded (408, 429, 502, 503, 504), else 1. */
export class HttpError extends AppError implements ServerError {
  /** The name of this class. */
  override readonly name = "HttpError";
  /** 5 for an overloaded server, else 1. */
  override readonly exitCode: number;
  /** An overloaded server is everybody's. */
  override readonly isForAll: boolean;
  /** The answer. */
  readonly reply: FailedReply;
  /** The HTTP status, 300 to 599. */
  readonly status: number;
  /** MLflow's error_code, null without one. */
  readonly errorCode: string | null;
  /** The server's own words, null without any. */
  readonly serverMessage: string | null;

  /** Creates the error for an answer. */
  constructor(reply: FailedReply, options?: AppErrorOptions) {
    super(describeReply(reply), options);
    const { errorCode, serverMessage } = readServerError(reply.body);
    this.isForAll = OVERLOAD_STATUSES.has(reply.status);
    this.exitCode = this.isForAll ? 5 : 1;
    this.reply = reply;
    this.status = reply.status;
    this.errorCode = errorCode;
    this.serverMessage = serverMessage;
  }
}

/** The server refused the credentials, or this account may not see the thing: 401 or 403 (exit 4). */
export class RefusedReplyError extends RefusedError implements ServerError {
  /** The answer. */
  readonly reply: FailedReply;
  /** 401 or 403. */
  override readonly status: number;
  /** MLflow's error_code, null without one. */
  readonly errorCode: string | null;
  /** The server's own words, null without any. */
  readonly serverMessage: string | null;

  /** Creates the error for an answer. */
  constructor(reply: FailedReply, options?: AppErrorOptions) {
    super(describeReply(reply), { ...options, status: reply.status });
    const { errorCode, serverMessage } = readServerError(reply.body);
    this.reply = reply;
    this.status = reply.status;
    this.errorCode = errorCode;
    this.serverMessage = serverMessage;
  }
}

/** No answer came, or it broke off on its way (exit 5). */
export class NoAnswerError extends UnreachableError {
  readonly request: RequestInfo;
  /** "connection" also stands for a reply that broke off. */
  readonly reason: NoAnswerReason;

  /** Creates the error from the reason and one line that says what the system reported. */
  constructor(request: RequestInfo, options: AppErrorOptions & { reason: NoAnswerReason; detail: string }) {
    super(`Cannot reach ${unreachedOf(request, options.reason)}: ${options.detail}`, options);
    this.request = request;
    this.reason = options.reason;
  }
}

/** The proxy answered in the server's place: 5 if it, or what it asks, is overloaded (502, 503, 504, …), else 1. */
export class ProxyError extends AppError {
  /** The name of this class. */
  override readonly name = "ProxyError";
  /** 5 for an overloaded proxy, else 1. */
  override readonly exitCode: number;
  /** The next request takes the same way. */
  override readonly isForAll = true;
  readonly request: RequestInfo;
  /** What the proxy answered. */
  readonly status: number;

  /** Creates the error for the proxy's answer. */
  constructor(request: RequestInfo, { status, cause }: { readonly status: number; readonly cause?: unknown }) {
    const hint = status === 407
      ? `Give the proxy's user and password in ${request.proxy?.variable}: http://USER:PASSWORD@HOST:PORT`
      : `Check the proxy, or name ${new URL(request.url).hostname} in NO_PROXY to go there without it`;
    super(`Cannot reach ${whereOf(request)}: ${proxyOf(request)} answered with status ${status}`, { hint, cause });
    this.exitCode = OVERLOAD_STATUSES.has(status) ? 5 : 1;
    this.request = request;
    this.status = status;
  }
}

/**
 * Why an encrypted connection failed: the certificate's authority is unknown, its time is over, it is made for another
 * name; the server wants a client certificate; there is no TLS on that port; there is, and it was asked without; one of
 * these, but the runtime does not tell which.
 */
export type TlsProblem = "authority" | "time" | "name" | "client" | "protocol" | "plain" | "untold";

/** The two sides cannot agree on an encrypted connection: asking again does not help (exit 1). */
export class TlsError extends AppError {
  /** The name of this class. */
  override readonly name = "TlsError";
  /** The next request takes the same way. */
  override readonly isForAll = true;
  readonly request: RequestInfo;

  /** What is wrong. */
  readonly problem: TlsProblem;

  /** Creates the error from the problem and one line that says what the system reported. */
  constructor(request: RequestInfo, options: AppErrorOptions & { problem: TlsProblem; detail: string }) {
    const action = options.problem === "plain" ? "reach" : "connect securely to";
    super(`Cannot ${action} ${whereOf(request)}${throughProxy(request)}: ${options.detail}`, options);
    this.request = request;
    this.problem = options.problem;
  }
}

/** A web page; JSON that breaks off (which passes, so it is asked for again); other text; more than anything of sense has. */
export type BadReplyReason = "html" | "cut" | "json" | "long";

/** A 2xx answer that is not the JSON it should be: exit 4 if it is a page to sign in at, else 1. */
export class BadReplyError extends AppError {
  /** The name of this class. */
  override readonly name = "BadReplyError";
  /** 4 for a login, else 1. */
  override readonly exitCode: number;
  readonly request: RequestInfo;
  /** Who answers with a web page is another server, or a login: to every request. */
  override readonly isForAll: boolean;
  /** What it is in place of JSON. */
  readonly reason: BadReplyReason;
  /** Whether the web page is one to sign in at. */
  readonly isLogin: boolean;

  /** Creates the error from the reason and one line that says what was found. */
  constructor(
    request: RequestInfo,
    options: AppErrorOptions & { reason: BadReplyReason; detail: string; isLogin?: boolean },
  ) {
    super(`${request.service} answered ${request.method} ${addressOf(request)} with ${options.detail}`, options);
    this.request = request;
    this.reason = options.reason;
    this.isLogin = options.isLogin ?? false;
    this.exitCode = this.isLogin ? 4 : 1;
    this.isForAll = options.reason === "html";
  }
}

/**
 * A redirect that is not followed, because its request would lose its body, or carry a token to another server; or one that
 * leads to another host which cannot be reached: the cause is then a NoAnswerError. Exit 4 if it leads to a login, else 1.
 */
export class RedirectError extends AppError {
  /** The name of this class. */
  override readonly name = "RedirectError";
  /** 4 for a login, else 1. */
  override readonly exitCode: number;
  /** The next request takes the same way. */
  override readonly isForAll = true;
  readonly request: RequestInfo;
  /** Where the server points, without credentials and query. */
  readonly location: string;
  /** Whether somebody is to sign in there. */
  readonly isLogin: boolean;

  /** Creates the error from the target and one line that says why it is not followed. */
  constructor(
    request: RequestInfo,
    options: AppErrorOptions & { location: string; detail: string; isLogin?: boolean },
  ) {
    super(
      `${request.service} redirects ${request.method} ${shortUrl(request.url)} to ${
        shortUrl(options.location)
      }: ${options.detail}`,
      options,
    );
    this.request = request;
    this.location = options.location;
    this.isLogin = options.isLogin ?? false;
    this.exitCode = this.isLogin ? 4 : 1;
  }
}

/** Whether something thrown is one of the failures that a request can end with. */
export function isHttpFailure(error: unknown): error is HttpFailure {
  return FAILURE_CLASSES.some((each) => error instanceof each);
}

/** Returns the error of an answer that is not a success: {@linkcode RefusedReplyError} for 401 and 403. */
export function errorOfReply(reply: FailedReply, options?: AppErrorOptions): HttpError | RefusedReplyError {
  return reply.status === 401 || reply.status === 403
    ? new RefusedReplyError(reply, options)
    : new HttpError(reply, options);
}

const FAILURE_CLASSES = [
  HttpError,
  RefusedReplyError,
  NoAnswerError,
  ProxyError,
  TlsError,
  BadReplyError,
  RedirectError,
];

function describeReply(reply: FailedReply): string {
  const { errorCode, serverMessage } = readServerError(reply.body);
  const said = serverMessage ?? excerptOf(reply.body);
  const details = [errorCode, said].filter((text) => text).join(": ");
  // Nothing tells a proxy's own answer to a plain request from the server's, but for MLflow's form of an error.
  const who = reply.proxy === undefined || errorCode !== null
    ? reply.service
    : `${reply.service}, or ${proxyOf(reply)} before it,`;
  const status = `${who} answered ${reply.method} ${addressOf(reply)} with status ${reply.status}`;
  if (details === "") return status;
  return `${status}${isHtml(reply.body, reply.headers) ? " and a web page" : ""}: ${details}`;
}

function readServerError(body: string): ServerError {
  try {
    const { error_code: code, message } = JSON.parse(body) as Record<string, unknown>;
    return {
      errorCode: typeof code === "string" ? code : null,
      serverMessage: typeof message === "string" ? excerptOf(message) : null,
    };
  } catch {
    return { errorCode: null, serverMessage: null };
  }
}
