/** What stands before some MLflow servers: it lets the API through, and answers itself to all else. */

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
  /** Paths that it answered itself. */
  readonly refused: readonly string[];
}

/** Of another host as far as names go, where nobody listens. */
function closedAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://localhost:${listener.addr.port}/login`;
}

const ELSEWHERE = closedAddress();

/** How a gateway answers to what it does not let through, by name. */
export const REFUSALS: Readonly<Record<string, () => Response>> = {
  "401": () => new Response("Log in", { status: 401 }),
  "403": () => new Response("Forbidden", { status: 403 }),
  "404": () => new Response("Not found", { status: 404 }),
  "302 to a page": () => new Response(null, { status: 302, headers: { location: "/login" } }),
  "302 to another host, which is down": () => new Response(null, { status: 302, headers: { location: ELSEWHERE } }),
  "302 to text": () => new Response(null, { status: 302, headers: { location: "/login.txt" } }),
  "a page": () => new Response("<!doctype html><title>Log in</title>", { headers: { "content-type": "text/html" } }),
};

/** Starts a gateway that lets paths below /api/ through to a server. */
export function startGateway(target: string, refuse: () => Response): Gateway {
  const refused: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen(): void {} },
    async (request): Promise<Response> => {
      const { pathname, search } = new URL(request.url);
      if (pathname === "/login") return new Response("<h1>Log in</h1>", { headers: { "content-type": "text/html" } });
      if (pathname === "/login.txt") return new Response("Log in");
      if (!pathname.startsWith("/api/")) {
        refused.push(pathname);
        return refuse();
      }
      const body = request.method === "POST" ? await request.text() : null;
      return await fetch(target + pathname + search, { method: request.method, body, headers: request.headers })
        .catch(() => new Response("Bad gateway", { status: 502 }));
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    refused,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
