/**
 * Sends rows to Kiroframe: POST /arcee/v2/import, and what its answers mean for the row and for the import as a whole.
 * @module
 */
import { excerptOf, isHtml } from "../http/failure/excerpt.ts";
import { HttpError, NoAnswerError, OVERLOAD_STATUSES } from "../http/failure/errors.ts";
import type { HttpClient, HttpRequest } from "../http/types.ts";
import type { RowFailure } from "./ledger/mod.ts";

/** One row on its way. */
export interface RowRequest {
  /** The whole body. */
  readonly body: NonNullable<HttpRequest["body"]>;
  /** Length of the row's text in bytes. */
  readonly rowBytes: number;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** What became of a row. */
export type Delivery =
  | { readonly httpStatus: number; readonly failure?: undefined }
  | { readonly failure: RowFailure; readonly isServerAway: boolean };

/** Where rows are posted to. */
export const IMPORT_PATH = "/arcee/v2/import";

/** What a {@linkcode KiroframeClient} needs to know. */
export interface KiroframeClientOptions {
  /** The token that the HTTP client sends: kept out of the server's words. */
  readonly token: string;
  /** Takes other secrets out of the server's words. @default {(text) => text} */
  readonly redact?: ((text: string) => string) | undefined;
  /** Time for any row; large ones get more. @default {120_000} */
  readonly timeoutMs?: number;
}

/** The slowest upload that is waited for. */
const MIN_BYTES_PER_MS = 128;

/** Sends rows to one Kiroframe. */
export class KiroframeClient {
  readonly #http: HttpClient;
  readonly #token: string;
  readonly #timeoutMs: number;
  readonly #redact: (text: string) => string;

  /** Takes an HTTP client whose base URL is Kiroframe's and whose headers hold the token. */
  constructor(http: HttpClient, { token, timeoutMs = 120_000, redact = (text) => text }: KiroframeClientOptions) {
    this.#http = http;
    this.#token = token;
    this.#timeoutMs = timeoutMs;
    this.#redact = redact;
  }

  /**
   * Sends a row, again after passing failures (importing a row twice updates it). Any 2xx is an acknowledgement, with JSON, other text or
   * nothing, but not with a web page: that is another server's, or a login. Resolves with a failure where it is this row's alone or may pass; rejects where no other row would fare better: RefusedError, TlsError,
   * RedirectError, or the signal's reason.
   */
  async send(row: RowRequest): Promise<Delivery> {
    try {
      const { status, text } = await this.#http.request({
        method: "POST",
        path: IMPORT_PATH,
        body: row.body,
        signal: row.signal,
        timeoutMs: this.#timeoutMs + row.rowBytes / MIN_BYTES_PER_MS,
      });
      // By its first tag: a server may call everything text/html, an empty body too.
      if (!isHtml(text)) return { httpStatus: status };
      return { failure: { httpStatus: status, words: `a web page: ${this.#clean(text)}` }, isServerAway: false };
    } catch (error) {
      if (error instanceof HttpError) {
        return { failure: this.#failure(error, row.rowBytes), isServerAway: OVERLOAD_STATUSES.has(error.status) };
      }
      if (error instanceof NoAnswerError) {
        return { failure: { httpStatus: null, words: error.message }, isServerAway: true };
      }
      throw error;
    }
  }

  #failure(error: HttpError, rowBytes: number): RowFailure {
    const said = this.#clean(error.reply.body);
    const words = said === "" ? `Kiroframe answered with status ${error.status} and no words` : said;
    if (error.status !== 413) return { httpStatus: error.status, words };
    const size = rowBytes.toLocaleString("en");
    const advice = `this row has ${size} bytes; --max-history-points N sends its histories with fewer points`;
    return { httpStatus: error.status, words: `${words}: ${advice}` };
  }

  #clean(body: string): string {
    return this.#redact(excerptOf(this.#redact(body))).replaceAll(this.#token, "***");
  }
}
