/**
 * The sandboxed MLflow server on the wire: node:http in, node:http out, faults in between.
 * @module
 */
import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type MlflowFaultAction, MlflowFaultPlan } from "../faults.ts";
import type { Dialect } from "./protocol/dialect.ts";
import { refuseEarly } from "./protocol/gate.ts";
import { answerPageWrongly } from "./page_faults.ts";
import { NO_ANSWER, type WireReply, type WireRequest } from "./protocol/wire.ts";

/** One request that the server answered. */
export interface LoggedRequest {
  /** Its place among all requests, from 1. */
  readonly number: number;
  /** As sent: GET, POST, … */
  readonly method: string;
  /** Decoded, without query and static prefix. */
  readonly path: string;
  /** The parameters of the query. */
  readonly query: URLSearchParams;
  /** 0 where a fault closed or held the connection without an answer. */
  status: number;
}

/** What {@linkcode MlflowListener} needs. */
export interface ListenerOptions {
  /** Answers a request that no fault and no gate stopped. */
  readonly answer: (request: WireRequest) => WireReply;
  /** What the version says and leaves out. */
  readonly dialect: Dialect;
  /** "" or as --static-prefix: "/ml". */
  readonly staticPrefix: string;
  /** Host headers that are let in; null: as the version does. */
  readonly allowedHosts: readonly string[] | null;
  /** Waits this long before each reply. */
  readonly latencyMs: number;
  /** 0: any free one. */
  readonly port: number;
  /** Requests that are remembered. */
  readonly logSize: number;
}

/** A listening server. */
export class MlflowListener {
  /** The latest requests, oldest first. */
  readonly requests: LoggedRequest[] = [];
  /** Count of all requests. */
  requestCount = 0;
  /** The most requests that were in work at once. */
  peakInFlight = 0;
  /** 0: any free one. */
  port = 0;
  /** What goes wrong. */
  faults: MlflowFaultPlan = new MlflowFaultPlan([]);
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #closed = new AbortController();
  #inFlight = 0;

  /** Creates the server; {@linkcode listen} starts it. */
  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.keepAliveTimeout = 600_000;
    this.#server.requestTimeout = 0;
  }

  /** Listens; rejects where the port is taken. */
  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#options.port, "127.0.0.1", resolve);
    await promise;
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Closes the server and its connections. */
  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inFlight += 1;
    this.peakInFlight = Math.max(this.peakInFlight, this.#inFlight);
    try {
      await this.#answer(await readRequest(incoming), response);
    } catch {
      // The client gave up, or the sandbox is closing: there is nobody to answer.
      incoming.socket.destroy();
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #answer(request: WireRequest, response: ServerResponse): Promise<void> {
    const { answer, latencyMs } = this.#options;
    const entry = this.#log(request);
    const action = this.faults.next(entry);
    if (latencyMs > 0) await this.#pause(latencyMs);
    const reply = this.#faultyReply(action, request) ?? refuseEarly(request, this.#options) ?? answer(request);
    if (action?.kind === "reset" || reply.status === NO_ANSWER) return void response.socket?.destroy();
    if (action?.kind === "stall") return await this.#pause(2 ** 31 - 1);
    entry.status = reply.status;
    await this.#send(reply, { action, response });
  }

  #log(request: WireRequest): LoggedRequest {
    this.requestCount += 1;
    const entry = {
      number: this.requestCount,
      method: request.method,
      path: request.path,
      query: request.query,
      status: 0,
    };
    this.requests.push(entry);
    if (this.requests.length > this.#options.logSize) this.requests.shift();
    return entry;
  }

  /** The reply that a fault puts in the place of the right one; undefined where the right one is still needed. */
  #faultyReply(action: MlflowFaultAction | undefined, request: WireRequest): WireReply | undefined {
    switch (action?.kind) {
      case "status": {
        const { status, body = "", headers = {} } = action;
        return { status, contentType: "text/html; charset=utf-8", headers, body };
      }
      case "redirect":
        return { status: 307, contentType: "text/html", headers: { location: action.location }, body: "" };
      case "repeatToken":
      case "emptyPage":
      case "duplicatePage":
        return answerPageWrongly(action.kind, request, this.#options.answer);
      default:
        return undefined;
    }
  }

  async #send(
    reply: WireReply,
    { action, response }: { readonly action: MlflowFaultAction | undefined; readonly response: ServerResponse },
  ): Promise<void> {
    let body = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
    const headers: Record<string, string> = { server: this.#options.dialect.server, "content-type": reply.contentType };
    if (action?.kind === "truncate") body = body.subarray(0, body.byteLength >> 1);
    if (action?.kind === "gzip") {
      body = gzipSync(body);
      headers["content-encoding"] = "gzip";
    }
    if (reply.headers?.["transfer-encoding"] === undefined) headers["content-length"] = String(body.byteLength);
    if (!this.#options.dialect.keepsAlive) headers["connection"] = "close";
    response.writeHead(reply.status, { ...headers, ...reply.headers });
    const half = body.byteLength >> 1;
    switch (action?.kind) {
      case "cut":
        response.write(body.subarray(0, half));
        // Time for the head to reach the client: its body is what breaks.
        await this.#pause(20);
        response.socket?.destroy();
        return;
      case "stallBody":
        response.write(body.subarray(0, half));
        return await this.#pause(2 ** 31 - 1);
      case "slow": {
        const size = Math.max(Math.ceil(body.byteLength / action.pieces), 1);
        for (let from = 0; from < body.byteLength; from += size) {
          response.write(body.subarray(from, from + size));
          await this.#pause(action.pauseMs);
        }
        response.end();
        return;
      }
      default:
        response.end(body);
    }
  }

  async #pause(timeMs: number): Promise<void> {
    await sleep(timeMs, undefined, { signal: this.#closed.signal });
  }
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const target = incoming.url ?? "/";
  const [path = "/", query = ""] = target.split(/\?(.*)/s);
  return {
    method: incoming.method ?? "GET",
    target,
    path: decodePath(path),
    query: new URLSearchParams(query),
    headers: incoming.headers as Readonly<Record<string, string | undefined>>,
    body: Buffer.concat(chunks),
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
