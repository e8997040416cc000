/**
 * Stands between a program and MLflow, and counts what the program asks for.
 * @module
 */

/** One call that went through. */
export interface ProxiedCall {
  /** Method and path, without the query. */
  readonly endpoint: string;
  /** The query's metric_key; null for calls without. */
  readonly metricKey: string | null;
  /** Runs that the reply listed; 0 for other calls than runs/search. */
  readonly runsListed: number;
}

/** A running proxy; disposing it ends it. */
export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  /** Every call since the start. */
  readonly calls: readonly ProxiedCall[];
}

/** Starts a proxy to the server on a free port. */
export function startCountingProxy(target: string): CountingProxy {
  const calls: ProxiedCall[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen(): void {} },
    async (request): Promise<Response> => {
      const url = new URL(request.url);
      const response = await fetch(target + url.pathname + url.search, {
        method: request.method,
        headers: request.headers,
        redirect: "manual",
        ...(request.method === "GET" ? {} : { body: await request.bytes() }),
      }).catch((error: unknown) => new Response(String(error), { status: 502 }));
      const isListing = url.pathname.endsWith("/runs/search");
      const body = isListing ? await response.text() : response.body;
      const runsListed = typeof body === "string" ? [...body.matchAll(/"run_uuid"/g)].length : 0;
      calls.push({
        endpoint: `${request.method} ${url.pathname}`,
        metricKey: url.searchParams.get("metric_key"),
        runsListed,
      });
      return new Response(body, { status: response.status, headers: response.headers });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
