/**
 * What the sandbox's Kiroframe does wrong, on purpose.
 * @module
 */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../faults.ts";

/** What a fault may look at to decide whether it strikes. */
export interface KiroframeFaultTarget {
  /** The request's place among all requests that arrived, from 1. */
  readonly number: number;
  /** 1, 2 or 3; null where the body is not read yet (early faults) or not readable. */
  readonly importType: number | null;
  /** experiment_id, run_id or "models"; null like importType. */
  readonly rowId: string | null;
}

/** One kind of misbehaviour and the requests that meet it. */
export interface KiroframeFault extends Fault<KiroframeFaultTarget, KiroframeFaultAction> {
  /** True: the row is taken in before the fault shows, as when an acknowledgement is lost on its way. @default {false} */
  readonly applied?: boolean;
}

/**
 * The misbehaviours:
 * - status: answers so (429 or 503 with or without retry-after, 500 with HTML, 401, 422, …)
 * - redirect: 307 to the address given
 * - reset: drops the connection; early: before the body is read
 * - stall: never answers
 * - truncate: promises a longer reply than it sends, then drops the connection
 */
export type KiroframeFaultAction =
  | {
    readonly kind: "status";
    readonly status: number;
    /** @default {""} */
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "reset"; readonly early?: boolean }
  | { readonly kind: "stall" }
  | { readonly kind: "truncate" };

/** Whether a fault strikes before the body is read. */
export function isEarly({ action }: KiroframeFault): boolean {
  return action.kind === "reset" && action.early === true;
}

/** Returns the status a faulty answer shows; null where no whole answer comes. */
export function statusOfFault(action: KiroframeFaultAction): number | null {
  if (action.kind === "status") return action.status;
  return action.kind === "redirect" ? 307 : null;
}

/** Answers a request wrongly. Rejects when the signal ends a stall. */
export async function commitFault(
  action: KiroframeFaultAction,
  target: { readonly response: ServerResponse; readonly signal: AbortSignal },
): Promise<void> {
  const { response, signal } = target;
  switch (action.kind) {
    case "status":
      response.writeHead(action.status, { ...action.headers }).end(action.body ?? "");
      return;
    case "redirect":
      response.writeHead(307, { location: action.location }).end();
      return;
    case "reset":
      response.socket?.destroy();
      return;
    case "stall":
      await sleep(2 ** 31 - 1, undefined, { signal });
      return;
    case "truncate":
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"run": ');
      // Time for the head to reach the client: its body is what breaks.
      await sleep(20, undefined, { signal });
      response.socket?.destroy();
  }
}
