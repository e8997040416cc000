/** What the tests of the client share. */
import assert from "node:assert/strict";
import { createHttpClient, type HttpClientOptions } from "../../lib/http/client.ts";
import type { HttpClient } from "../../lib/http/types.ts";
import { silentLogger } from "../../lib/logger.ts";

/** A client that waits next to nothing between attempts. */
export function quickClient(baseUrl: string, options: Partial<HttpClientOptions> = {}): HttpClient {
  return createHttpClient({
    baseUrl,
    service: "MLflow",
    logger: silentLogger,
    ...options,
    retry: { retries: 2, baseDelayMs: 1, ...options.retry },
  });
}

/** A server on a free port; disposing it ends it. */
export interface TestServer extends AsyncDisposable {
  /** "http://127.0.0.1:PORT" */
  readonly url: string;
  /** How many requests came. */
  readonly count: () => number;
}

/** A server that gives each request to a handler with its number, from 0. */
export function serve(handler: (request: Request, index: number) => Response | Promise<Response>): TestServer {
  let count = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    return handler(request, count++);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    count: () => count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** What a promise is rejected with; it must be. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(() => assert.fail("expected a rejection"), (error) => error);
}

/** Lets everything go on that waits for nothing outside. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
