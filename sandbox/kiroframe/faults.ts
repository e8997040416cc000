/**
 * What the sandbox's Kiroframe does wrong, on purpose and the same way each time.
 * @module
 */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

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
export interface KiroframeFault {
  /** Which requests. @default every request */
  readonly match?: (target: KiroframeFaultTarget) => boolean;
  /** How many requests at most. @default {Infinity} */
  readonly times?: number;
  /** True: the row is taken in before the fault shows, as when an acknowledgement is lost on its way. @default {false} */
  readonly applied?: boolean;
  /** What happens. */
  readonly action: KiroframeFaultAction;
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

/** The faults of one sandbox, each counting how often it struck. */
export class KiroframeFaultPlan {
  readonly #left: { readonly fault: KiroframeFault; times: number }[];

  /** Creates the plan; the first fault that matches strikes. */
  constructor(faults: readonly KiroframeFault[]) {
    this.#left = faults.map((fault) => ({ fault, times: fault.times ?? Infinity }));
  }

  /** Returns the fault that strikes this request at this stage, and uses it up once. */
  next(target: KiroframeFaultTarget, stage: "arrival" | "body"): KiroframeFault | undefined {
    const entry = this.#left.find(({ fault, times }) =>
      times > 0 && (stage === "arrival") === isEarly(fault) && (fault.match?.(target) ?? true)
    );
    if (entry === undefined) return undefined;
    entry.times--;
    return entry.fault;
  }
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

/** Returns a matcher that strikes a share of all requests (0 to 1), the same ones for the same seed. */
export function matchShare(share: number, seed: number): (target: KiroframeFaultTarget) => boolean {
  return function strikes(target: KiroframeFaultTarget): boolean {
    return mix(Math.imul(target.number, 0x9E3779B1) ^ seed) < share;
  };
}

/** Spreads an integer over [0, 1): murmur3's finalizer. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85EBCA6B);
  hash = Math.imul(hash ^ (hash >>> 13), 0xC2B2AE35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

function isEarly(fault: KiroframeFault): boolean {
  return fault.action.kind === "reset" && fault.action.early === true;
}
