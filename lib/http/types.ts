/**
 * The HTTP client as the other rooms see it: whole replies that are retried as a unit, and open streams.
 * @module
 */

/** One request below the client's base URL. */
export interface HttpRequest {
  /** The method. Passing failures of a POST are retried too: every POST of ours may be sent twice. @default {"GET"} */
  readonly method?: "GET" | "POST";
  /** Path and query below the base URL, percent-encoded, beginning with "/". */
  readonly path: string;
  /** Added to the client's own headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The body: text, or a maker of a stream (called again for each attempt). */
  readonly body?: string | (() => ReadableStream<Uint8Array>);
  /** Whether the body is wanted as it is stored, packed or not. @default {false}: it is unpacked */
  readonly isAsStored?: boolean;
  /** Bytes of a reply as text that are read at most; what comes after them is not. @default {1 MiB} */
  readonly maxTextBytes?: number;
  /** Ends the request, its waits included, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Limit for one attempt, from sending to the last byte of a whole reply, or to the headers of a stream. */
  readonly timeoutMs?: number;
  /** How often a passing failure is tried again, or what tells that of a failure. @default the client's */
  readonly retries?: number | ((failure: unknown) => number | undefined) | undefined;
  /** Among requests that wait for a place, the higher goes first. @default {0} */
  readonly priority?: number;
}

/** One attempt at a request, for whoever signs it. */
export interface AttemptToAuthorize {
  /** The method. */
  readonly method: string;
  /** The whole address; its query is encoded as a signature wants it. */
  readonly url: string;
  /** What is sent besides what the signer adds; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, where it is text. */
  readonly body?: string;
}

/** Gives the headers that an attempt needs besides: its signature, or a token that ends. Asked again for each attempt. */
export type Authorize = (attempt: AttemptToAuthorize) => Promise<Readonly<Record<string, string>>>;

/** A reply with a 2xx status that was read. */
export interface HttpReply {
  /** 200 to 299. */
  readonly status: number;
  /** The reply's headers. */
  readonly headers: Headers;
  /** The body, decoded as UTF-8. */
  readonly text: string;
}

/** A reply with a 2xx status whose body is still to be read. */
export interface HttpStream {
  /** 200 to 299. */
  readonly status: number;
  /** The reply's headers. */
  readonly headers: Headers;
  /**
   * The body. It must be read to its end or cancelled: until then it holds one of the places for calls in flight.
   * It fails with UnreachableError when it breaks off, or when nothing comes for the time-out of an attempt.
   */
  readonly stream: ReadableStream<Uint8Array>;
}

/** What becomes of one reply with a long list: made anew for each attempt. */
export interface Fold<T> {
  /** Takes the next items of the list; not called where the reply is short, or is not an object that begins with a list. */
  take(items: readonly unknown[]): void;
  /** Takes the reply as parsed, its list without the items that came before, and the list's name if any came. */
  end(reply: unknown, key: string | undefined): T;
}

/**
 * Requests to one server: credentials, retries with backoff, a bounded number in flight that adapts to the server.
 * Passing failures (connection errors, time-outs, broken bodies, 408, 429, 500, 502, 503, 504) are retried. What stays
 * rejects with: HttpError (the server's last answer), RefusedError (401, 403), UnreachableError (no answer), ProxyError (the
 * proxy's answer in place of the server's). At once reject: TlsError, BadReplyError (JSON asked, something else found, or no
 * end of it) and RedirectError, all of failure/errors.ts; and, as it is, a fault of the program's own.
 */
export interface HttpClient {
  /** Attempts that were sent so far. */
  readonly calls: number;
  /** Sends and reads the reply as text: its first MiB, if it is longer and no more is wanted. */
  request(request: HttpRequest): Promise<HttpReply>;
  /** Sends and parses the reply as JSON (bare NaN and Infinity, and int64 beyond 2^53, kept); a cut body is retried. */
  json(request: HttpRequest): Promise<unknown>;
  /** The same, item by item: nothing of a long reply has to stay in memory. */
  fold<T>(request: HttpRequest, begin: () => Fold<T>): Promise<T>;
  /** Sends and resolves at the headers; reading the stream is the caller's, and so is a failure in its middle. */
  open(request: HttpRequest): Promise<HttpStream>;
  /** Frees connections. */
  close(): Promise<void>;
}
