/**
 * What every server in this process stands on: node:http on 127.0.0.1, ended together with its connections.
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers one request; a rejection drops the connection. The signal ends what would outlast the server. */
export type Serve = (request: IncomingMessage, response: ServerResponse, closed: AbortSignal) => Promise<void>;

/** A server that {@linkcode LocalServer.start} started. */
export class LocalServer {
  readonly #server: Server;
  readonly #closed = new AbortController();

  private constructor(serve: Serve) {
    this.#server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
      // The client gave up, or the server is closing: there is nobody to answer.
      serve(request, response, this.#closed.signal).catch(() => request.socket.destroy());
    });
    // Longer than any pause of a client: a server that closes first would look like a fault that nobody planned.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.requestTimeout = 0;
  }

  /** Listens on a port; 0 lets the system choose. Rejects where the port is taken. */
  static async start(port: number, serve: Serve): Promise<LocalServer> {
    const server = new LocalServer(serve);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.#server.once("error", reject);
    server.#server.listen(port, "127.0.0.1", resolve);
    await promise;
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends it and its connections. */
  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}
