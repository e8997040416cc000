/**
 * A Kiroframe in this process: it takes imports over HTTP as the real one does, checks them more strictly than any
 * real one would, numbers runs as they come, and misbehaves when told to. For the demo, the tests and the benchmarks.
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type BodyHead, parseBodyHead, type ReadBody, readBody } from "./body.ts";
import { commitFault, type KiroframeFault, KiroframeFaultPlan, statusOfFault } from "./faults.ts";
import { KiroframeReceiver, type Receipt } from "./receiver.ts";
import type { KiroframeRequest, KiroframeSandbox, KiroframeSandboxOptions } from "./types.ts";
import { KiroframeWorld } from "./world.ts";

const IMPORT_PATH = "/arcee/v2/import";

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
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #closed = new AbortController();
  #faults: KiroframeFaultPlan;

  constructor(options: KiroframeSandboxOptions) {
    this.#options = options;
    this.token = options.token ?? "sandbox-token";
    this.#receiver = new KiroframeReceiver(options);
    this.#faults = new KiroframeFaultPlan(options.faults ?? []);
    // Longer than any pause of a client: a server that closes first would look like a fault that nobody planned.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.requestTimeout = 0;
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
    this.#faults = new KiroframeFaultPlan(faults);
  }

  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#options.port ?? 0, "127.0.0.1", resolve);
    await promise;
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #world(): KiroframeWorld {
    return this.worlds.values().next().value ?? new KiroframeWorld();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    try {
      await this.#answer(record, request, response);
    } catch {
      // The client gave up, or the sandbox is closing: there is nobody to answer.
      request.socket.destroy();
    }
  }

  async #answer(record: KiroframeRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const early = this.#faults.next(record, "arrival");
    if (early !== undefined) return this.#misbehave(early, record, response);
    const countOnly = this.#options.countOnly ?? false;
    const body = await readBody(request, { headOnly: countOnly });
    const head = parseBodyHead(body.kept);
    record.bytes = body.bytes;
    record.importType = head.importType;
    record.rowId = head.importType === 3 ? "models" : head.runId ?? head.experimentId;
    if (!countOnly) record.text = new TextDecoder().decode(body.kept);
    this.bodyBytes += body.bytes;
    if (this.#options.latencyMs !== undefined) {
      await sleep(this.#options.latencyMs, undefined, { signal: this.#closed.signal });
    }
    const fault = this.#faults.next(record, "body");
    if (fault !== undefined) {
      if (fault.applied === true) this.#receiver.receive(body);
      else this.#receiver.turnAway(head);
      return this.#misbehave(fault, record, response);
    }
    const receipt = this.#refusal(record, body, head) ?? this.#receiver.receive(body);
    record.status = receipt.status;
    record.reason = receipt.reason;
    this.#write(receipt, response);
  }

  /** What is wrong with a request whatever its row says; undefined where nothing is. */
  #refusal(record: KiroframeRequest, body: ReadBody, head: BodyHead): Receipt | undefined {
    const refusal = refuseRequest(record, body.bytes, { token: this.token, ...this.#options });
    if (refusal !== undefined) this.#receiver.turnAway(head);
    return refusal;
  }

  async #misbehave(fault: KiroframeFault, record: KiroframeRequest, response: ServerResponse): Promise<void> {
    record.reason = `fault: ${fault.action.kind}`;
    record.status = statusOfFault(fault.action);
    await commitFault(fault.action, { response, signal: this.#closed.signal });
  }

  #write(receipt: Receipt, response: ServerResponse): void {
    if (receipt.status === 200 && this.#options.emptyReplies === true) {
      response.writeHead(204).end();
      return;
    }
    const text = JSON.stringify(receipt.reply);
    response.writeHead(receipt.status, { "content-type": "application/json", "content-length": byteLength(text) });
    response.end(text);
  }
}

/** Refuses what no row can make good: address, method, content type, token, size. */
function refuseRequest(
  record: KiroframeRequest,
  bytes: number,
  limits: { readonly token: string; readonly maxBodyBytes?: number },
): Receipt | undefined {
  const refuse = (status: number, reason: string): Receipt => ({ status, reply: { error: reason }, reason });
  if (record.path !== IMPORT_PATH) return refuse(404, `There is nothing at ${record.path}`);
  if (record.method !== "POST") return refuse(405, `${record.method} is not POST`);
  if (record.headers["x-api-key"] !== limits.token) return refuse(401, "The x-api-key is unknown");
  const type = record.headers["content-type"];
  if (type !== "application/json") return refuse(415, `The content type is ${type}, not application/json`);
  if (bytes > (limits.maxBodyBytes ?? Infinity)) return refuse(413, `The body of ${bytes} bytes is too large`);
  return undefined;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
