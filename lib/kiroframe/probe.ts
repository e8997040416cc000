/**
 * Whether Kiroframe can be reached, without sending a row.
 * @module
 */
import { AppError, RefusedError } from "../errors.ts";
import type { Environment } from "../environment.ts";
import { createHttpClient } from "../http/client.ts";
import { proxyFor } from "../http/connection/proxy.ts";
import { createTransport } from "../http/connection/transport.ts";
import { HttpError } from "../http/failure/errors.ts";
import { patienceFrom } from "../http/patience.ts";
import type { Logger } from "../logger.ts";
import { IMPORT_PATH } from "./client.ts";

/** What was found. */
export interface Reached {
  readonly found: string;
  /** What to do about it; undefined: nothing. */
  readonly hint?: string;
}

/** Where {@linkcode reachKiroframe} asks. */
export interface ReachOptions {
  /** Kiroframe's base URL. */
  readonly kiroframeUrl: string;
  /** Where proxy and certificate variables are. */
  readonly env: Environment;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

/**
 * Asks where rows are posted to, without a token and by GET, which sends nothing: any answer of the server's says that it is there, and that
 * proxy and certificate let us through. Rejects with an AppError where there is none.
 */
export async function reachKiroframe({ kiroframeUrl, env, logger, signal }: ReachOptions): Promise<Reached> {
  const { retry, timeoutMs } = patienceFrom(env, "KIROFRAME");
  const http = createHttpClient({
    service: "Kiroframe",
    baseUrl: kiroframeUrl,
    logger,
    transport: createTransport({ env, keepAlive: false }),
    retry,
    timeoutMs,
    signal,
  });
  const url = new URL(kiroframeUrl);
  const proxy = proxyFor(url, env);
  const way = [
    url.protocol === "https:" ? "encrypted, its certificate is trusted" : "not encrypted",
    proxy === null ? "no proxy" : `by the proxy of ${proxy.variable}`,
  ].join(", ");
  const hint = url.protocol === "https:" || isOwnMachine(url)
    ? undefined
    : "Use its https address: the token goes in plain text";
  const startMs = performance.now();
  const answered = (status: number): Reached => {
    const ms = Math.round(performance.now() - startMs);
    return { found: `${url.origin} answers in ${ms} ms (status ${status} without a row); ${way}`, hint };
  };
  try {
    return answered((await http.request({ path: IMPORT_PATH })).status);
  } catch (error) {
    // Without a token it may refuse; and GET is not what it has there.
    if (error instanceof RefusedError) return answered(error.status ?? 401);
    if (error instanceof HttpError && error.status < 500) return answered(error.status);
    throw error instanceof AppError ? error : new AppError("Cannot reach Kiroframe", { cause: error });
  } finally {
    await http.close();
  }
}

function isOwnMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname.startsWith("127.") || hostname === "[::1]";
}
