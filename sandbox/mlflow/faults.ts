/**
 * What the sandboxed MLflow does wrong, on purpose.
 * @module
 */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Fault } from "../faults.ts";
import { answerPageWrongly } from "./page_faults.ts";
import type { Dialect } from "./protocol/dialect.ts";
import { sendReply, writeHead } from "./protocol/http.ts";
import { bodyOf, type WireReply, type WireRequest } from "./protocol/wire.ts";

/** What a fault may look at to decide whether it strikes. */
export interface MlflowFaultTarget {
  /** The request's place among all requests, from 1. */
  readonly number: number;
  /** As sent: GET, POST, … */
  readonly method: string;
  /** Decoded, without query and static prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** One kind of misbehaviour and the requests that meet it. */
export type MlflowFault = Fault<MlflowFaultTarget, MlflowFaultAction>;

/**
 * The misbehaviours:
 * - status: another answer (429 or 503 with or without retry-after, 500 with HTML, 502, …)
 * - redirect: 307 to the address given
 * - reset: drops the connection instead of an answer
 * - cut: the right head, half of the body, then the connection drops
 * - stall: never answers; stallBody: the right head, half of the body, then nothing
 * - truncate: half of the body as though it were all of it: broken JSON in a whole reply
 * - gzip: the right answer, compressed
 * - slow: the right answer in pieces with pauses
 * - repeatToken: the right page, with the token that led to it instead of the next one
 * - emptyPage: no items, and a token that leads to the page that was asked for
 * - duplicatePage: the items of the page before, and a token that leads to the page that was asked for
 */
export type MlflowFaultAction =
  | {
    readonly kind: "status";
    readonly status: number;
    /** @default {""} */
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "reset" | "cut" | "stall" | "stallBody" | "truncate" | "gzip" }
  | { readonly kind: "slow"; readonly pieces: number; readonly pauseMs: number }
  | { readonly kind: "repeatToken" | "emptyPage" | "duplicatePage" };

/** The reply that a fault puts in the place of the right one, or makes of it. */
export function faultyReply(
  action: MlflowFaultAction,
  request: WireRequest,
  answer: (request: WireRequest) => WireReply,
): WireReply {
  switch (action.kind) {
    case "status": {
      const { status, body = "", headers = {} } = action;
      return { status, contentType: "text/html; charset=utf-8", headers, body };
    }
    case "redirect":
      return { status: 307, contentType: "text/html", headers: { location: action.location }, body: "" };
    case "repeatToken":
    case "emptyPage":
    case "duplicatePage":
      return answerPageWrongly(action.kind, request, answer);
    case "truncate": {
      const reply = answer(request);
      return { ...reply, body: firstHalf(bodyOf(reply)) };
    }
    case "gzip": {
      const reply = answer(request);
      return { ...reply, headers: { ...reply.headers, "content-encoding": "gzip" }, body: gzipSync(bodyOf(reply)) };
    }
    default:
      return answer(request);
  }
}

/** Sends a reply wrongly, where that is the fault. Rejects when the signal ends a pause. */
export async function sendFaulty(
  action: MlflowFaultAction,
  reply: WireReply,
  to: { readonly response: ServerResponse; readonly dialect: Dialect; readonly closed: AbortSignal },
): Promise<void> {
  const { response, dialect, closed } = to;
  const body = bodyOf(reply);
  switch (action.kind) {
    case "cut":
      writeHead(reply, body.byteLength, to);
      response.write(firstHalf(body));
      // Time for the head to reach the client: its body is what breaks.
      await sleep(20, undefined, { signal: closed });
      response.socket?.destroy();
      return;
    case "stallBody":
      writeHead(reply, body.byteLength, to);
      response.write(firstHalf(body));
      return await pauseForEver(closed);
    case "slow": {
      writeHead(reply, body.byteLength, to);
      const size = Math.max(Math.ceil(body.byteLength / action.pieces), 1);
      for (let from = 0; from < body.byteLength; from += size) {
        response.write(body.subarray(from, from + size));
        await sleep(action.pauseMs, undefined, { signal: closed });
      }
      response.end();
      return;
    }
    default:
      sendReply(reply, { response, dialect });
  }
}

/** Rejects when the signal is aborted; nothing else ends it. */
export async function pauseForEver(closed: AbortSignal): Promise<void> {
  await sleep(2 ** 31 - 1, undefined, { signal: closed });
}

function firstHalf(body: Uint8Array): Uint8Array {
  return body.subarray(0, body.byteLength >> 1);
}
