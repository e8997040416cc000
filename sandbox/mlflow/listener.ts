/**
 * The sandboxed MLflow server on the wire: what came is remembered, and faults strike between the request and its answer.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultPlan } from "../faults.ts";
import { LocalServer } from "../local_server.ts";
import { faultyReply, type MlflowFault, type MlflowFaultTarget, pauseForEver, sendFaulty } from "./faults.ts";
import type { Dialect } from "./protocol/dialect.ts";
import { readRequest, sendReply } from "./protocol/http.ts";
import { NO_ANSWER, type WireReply, type WireRequest } from "./protocol/wire.ts";

/** One request that the server answered. */
export interface LoggedRequest extends MlflowFaultTarget {
  /** 0 where a fault closed or held the connection without an answer. */
  status: number;
}

export interface ListenerOptions {
  /** Answers a request that no fault stopped. */
  readonly answer: (request: WireRequest) => WireReply;
  readonly dialect: Dialect;
  /** Waits this long before each reply. */
  readonly latencyMs: number;
  /** 0: any free one. */
  readonly port: number;
  /** Requests that are remembered. */
  readonly logSize: number;
}

export class MlflowListener {
  /** The latest requests, oldest first. */
  readonly requests: LoggedRequest[] = [];
  requestCount = 0;
  /** The most requests that were in work at once. */
  peakInFlight = 0;
  faults: FaultPlan<MlflowFaultTarget, MlflowFault> = new FaultPlan();
  readonly #options: ListenerOptions;
  #inFlight = 0;

  /** Creates the listener; {@linkcode listen} starts it. */
  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Listens; rejects where the port is taken. */
  async listen(): Promise<LocalServer> {
    return await LocalServer.start(this.#options.port, (incoming, response, closed) => {
      return this.#serve(incoming, { response, closed });
    });
  }

  async #serve(incoming: IncomingMessage, to: Answering): Promise<void> {
    this.#inFlight += 1;
    this.peakInFlight = Math.max(this.peakInFlight, this.#inFlight);
    try {
      await this.#answer(await readRequest(incoming), to);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #answer(request: WireRequest, { response, closed }: Answering): Promise<void> {
    const { answer, latencyMs, dialect } = this.#options;
    const entry = this.#log(request);
    const action = this.faults.next(entry)?.action;
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal: closed });
    const reply = action === undefined ? answer(request) : faultyReply(action, request, answer);
    if (action?.kind === "reset" || reply.status === NO_ANSWER) return void response.socket?.destroy();
    if (action?.kind === "stall") return await pauseForEver(closed);
    entry.status = reply.status;
    if (action === undefined) sendReply(reply, { response, dialect });
    else await sendFaulty(action, reply, { response, dialect, closed });
  }

  #log(request: WireRequest): LoggedRequest {
    this.requestCount += 1;
    const { method, path, query } = request;
    const entry = { number: this.requestCount, method, path, query, status: 0 };
    this.requests.push(entry);
    if (this.requests.length > this.#options.logSize) this.requests.shift();
    return entry;
  }
}

interface Answering {
  readonly response: ServerResponse;
  readonly closed: AbortSignal;
}
