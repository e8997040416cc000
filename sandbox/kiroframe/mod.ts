/**
 * A Kiroframe in this process: it takes imports over HTTP as the real one does, checks them more strictly than any
 * real one would, numbers runs as they come, and misbehaves when told to. For the tests and the benchmarks.
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultPlan } from "../faults.ts";
import { LocalServer } from "../local_server.ts";
import { createRowReader } from "./arrival.ts";
import { type BodyHead, parseBodyHead, readBody, readHeadOnly } from "./body.ts";
import { commitFault, isEarly, type KiroframeFault, type KiroframeFaultTarget, statusOfFault } from "./faults.ts";
import { type Receipt, refuse, refuseHead, sendReceipt } from "./protocol.ts";
import { KiroframeReceiver } from "./receiver.ts";
import type { KiroframeRequest, KiroframeSandbox, KiroframeSandboxOptions } from "./types.ts";
import { KiroframeWorld } from "./world.ts";

/** Starts a Kiroframe on 127.0.0.1. Rejects where the port is taken. */
export async function startKiroframeSandbox(options: KiroframeSandboxOptions = {}): Promise<KiroframeSandbox> {
  const sandbox = new Sandbox(options);
  await sandbox.listen();
  return sandbox;
}

class Sandbox implements KiroframeSandbox {
  readonly token: string;
  readonly requests: KiroframeRequest[] = [];
  requestCount = 0;
  bodyBytes = 0;
  port = 0;
  readonly #options: KiroframeSandboxOptions;
  readonly #receiver: KiroframeReceiver;
  #server: LocalServer | undefined;
  #faults: FaultPlan<KiroframeFaultTarget, KiroframeFault>;

  constructor(options: KiroframeSandboxOptions) {
    this.#options = options;
    this.token = options.token ?? "sandbox-token";
    this.#receiver = new KiroframeReceiver(options.countOnly === true ? readHeadOnly : createRowReader(options));
    this.#faults = new FaultPlan(options.faults);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get worlds(): KiroframeSandbox["worlds"] {
    return this.#receiver.worlds;
  }

  get violations(): readonly string[] {
    return this.#receiver.violations;
  }

  get experiments(): KiroframeWorld["experiments"] {
    return this.#world().experiments;
  }

  get runs(): KiroframeWorld["runs"] {
    return this.#world().runs;
  }

  get models(): KiroframeWorld["models"] {
    return this.#world().models;
  }

  setFaults(faults: readonly KiroframeFault[]): void {
    this.#faults = new FaultPlan(faults);
  }

  async listen(): Promise<void> {
    const serve = (request: IncomingMessage, response: ServerResponse, closed: AbortSignal): Promise<void> =>
      this.#answer(request, { response, signal: closed });
    this.#server = await LocalServer.start(this.#options.port ?? 0, serve);
    this.port = this.#server.port;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #world(): KiroframeWorld {
    return this.worlds.values().next().value ?? new KiroframeWorld();
  }

  #record(request: IncomingMessage): KiroframeRequest {
    const record: KiroframeRequest = {
      number: ++this.requestCount,
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      bytes: null,
      importType: null,
      rowId: null,
      text: null,
      status: null,
      reason: null,
    };
    if (this.#options.countOnly !== true) this.requests.push(record);
    return record;
  }

  async #answer(request: IncomingMessage, to: Answering): Promise<void> {
    const record = this.#record(request);
    const early = this.#faults.next(record, isEarly);
    if (early !== undefined) return await misbehave(early, record, to);
    const { countOnly = false, latencyMs } = this.#options;
    const body = await readBody(request, { headOnly: countOnly });
    const head = parseBodyHead(body.kept);
    record.bytes = body.bytes;
    record.importType = head.importType;
    record.rowId = head.importType === 3 ? "models" : head.runId ?? head.experimentId;
    if (!countOnly) record.text = new TextDecoder().decode(body.kept);
    this.bodyBytes += body.bytes;
    if (latencyMs !== undefined) await sleep(latencyMs, undefined, { signal: to.signal });
    const fault = this.#faults.next(record, (fault) => !isEarly(fault));
    if (fault !== undefined) {
      if (fault.applied === true) this.#receiver.receive(body.kept);
      else this.#receiver.turnAway(head);
      return await misbehave(fault, record, to);
    }
    const receipt = this.#refusal(record, body.bytes, head) ?? this.#receiver.receive(body.kept);
    record.status = receipt.status;
    record.reason = receipt.reason;
    if (receipt.status === 200 && this.#options.emptyReplies === true) to.response.writeHead(204).end();
    else sendReceipt(receipt, to.response);
  }

  /** What is wrong with a request whatever its row says; undefined where nothing is. */
  #refusal(record: KiroframeRequest, bytes: number, head: BodyHead): Receipt | undefined {
    const isTooLarge = bytes > (this.#options.maxBodyBytes ?? Infinity);
    const tooLarge = isTooLarge ? refuse(413, `The body of ${bytes} bytes is too large`) : undefined;
    const refusal = refuseHead(record, this.token) ?? tooLarge;
    if (refusal !== undefined) this.#receiver.turnAway(head);
    return refusal;
  }
}

interface Answering {
  readonly response: ServerResponse;
  /** Ends pauses when the sandbox is closed. */
  readonly signal: AbortSignal;
}

async function misbehave({ action }: KiroframeFault, record: KiroframeRequest, to: Answering): Promise<void> {
  record.reason = `fault: ${action.kind}`;
  record.status = statusOfFault(action);
  await commitFault(action, to);
}
