/** What the tests of the transport share. */
import { fileURLToPath } from "node:url";
import { createHttpClient } from "../../../lib/http/client.ts";
import { createTransport, type TransportOptions } from "../../../lib/http/connection/transport.ts";
import type { HttpClient } from "../../../lib/http/types.ts";
import { silentLogger } from "../../../lib/logger.ts";

/** The folder of certificates, with a separator at its end. */
export const fixtures = fileURLToPath(new URL("../../fixtures/tls/", import.meta.url));
/** The authority that signed them all. */
export const caPath = `${fixtures}ca.pem`;
/** A client's certificate and key. */
export const clientCertPath = `${fixtures}client.pem`;

/** A client that goes by a transport of its own and tries once more. */
export function client(baseUrl: string, options: TransportOptions = {}): HttpClient & AsyncDisposable {
  const made = createHttpClient({
    baseUrl,
    service: "MLflow",
    logger: silentLogger,
    transport: createTransport(options),
    retry: { retries: 1, baseDelayMs: 1 },
    timeoutMs: 30_000,
  });
  return Object.assign(made, { [Symbol.asyncDispose]: () => made.close() });
}

/** An https server that names the request's method, path and body. */
export function tlsServer(name = "server", port = 0): { url: string; [Symbol.asyncDispose]: () => Promise<void> } {
  const [cert, key] = ["pem", "key"].map((end) => Deno.readTextFileSync(`${fixtures}${name}.${end}`)) as [
    string,
    string,
  ];
  const server = Deno.serve(
    { port, hostname: "127.0.0.1", onListen: () => {}, cert, key },
    async (request) => new Response(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`),
  );
  return { url: `https://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}
