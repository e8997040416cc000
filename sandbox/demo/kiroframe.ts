/**
 * The Kiroframe of `demo`: it checks and takes in what the sandbox's does, and nothing ever goes wrong in it.
 * @module
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createRowReader } from "../kiroframe/arrival.ts";
import { readBody } from "../kiroframe/body.ts";
import { refuseHead, sendReceipt } from "../kiroframe/protocol.ts";
import { KiroframeReceiver } from "../kiroframe/receiver.ts";
import { LocalServer } from "../local_server.ts";

export interface DemoKiroframe {
  /** What --kiroframe-url takes. */
  readonly url: string;
  /** The x-api-key it takes. */
  readonly token: string;
  /** Ends it and every connection. */
  close(): Promise<void>;
}

/** Each answer takes so many milliseconds. */
export async function startDemoKiroframe({ latencyMs }: { readonly latencyMs: number }): Promise<DemoKiroframe> {
  const token = "sandbox-token";
  const receiver = new KiroframeReceiver(createRowReader());
  const server = await LocalServer.start(0, async (request, response) => {
    const body = await readBody(request);
    if (latencyMs > 0) await sleep(latencyMs);
    const head = { method: request.method ?? "", path: request.url ?? "", headers: request.headers };
    sendReceipt(refuseHead(head, token) ?? receiver.receive(body.kept), response);
  });
  return { url: `http://127.0.0.1:${server.port}`, token, close: () => server.close() };
}
