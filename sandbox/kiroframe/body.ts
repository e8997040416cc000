/**
 * Reads the body of one import, whole or (where the sandbox only counts) no more than its head.
 * @module
 */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Arrival } from "./arrival.ts";
import { type Receipt, refuse } from "./protocol.ts";
import { readChunks } from "../chunks.ts";

/** How much of a body is read for its ids where the sandbox only counts, in bytes. */
const HEAD_BYTES = 65536;

export interface ReadBody {
  readonly bytes: number;
  /** The whole body, or its first 64 KiB where only the head was asked for. */
  readonly kept: Uint8Array;
}

/** What the head of a body says; null where it does not. */
export interface BodyHead {
  readonly sourceId: string | null;
  readonly importType: number | null;
  readonly experimentId: string | null;
  /** run_id of the line (type 2). */
  readonly runId: string | null;
  /** start_time of the line (type 2), in milliseconds. */
  readonly startTimeMs: number | null;
}

/** Reads a request to its end and keeps all of it, or only its head. Rejects when the client gives up. */
export async function readBody(
  request: IncomingMessage,
  { headOnly = false }: { readonly headOnly?: boolean } = {},
): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  await readChunks(request, (chunk) => {
    if (!headOnly || bytes < HEAD_BYTES) chunks.push(chunk);
    bytes += chunk.length;
  });
  return { bytes, kept: chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks) };
}

/** Finds the ids of an import in the head of its body, without parsing the rest. */
export function parseBodyHead(kept: Uint8Array): BodyHead {
  const head = new TextDecoder().decode(kept.subarray(0, HEAD_BYTES));
  // The envelope comes first and the ids before any map of the user's, so the first hit of each name is the real one.
  const importType = /"import_type":\s*(\d+)/.exec(head)?.[1];
  const startTime = /"start_time":\s*(-?\d+)/.exec(head)?.[1];
  return {
    sourceId: textAfter(head, "import_source_id"),
    importType: importType === undefined ? null : Number(importType),
    experimentId: textAfter(head, "experiment_id"),
    runId: textAfter(head, "run_id"),
    startTimeMs: startTime === undefined ? null : Number(startTime),
  };
}

/** Reads what a body's head tells, where the sandbox only counts. */
export function readHeadOnly(kept: Uint8Array): Arrival | Receipt {
  const { sourceId, importType, ...ids } = parseBodyHead(kept);
  if (sourceId === null) return refuse(422, "The body's head has no import_source_id");
  return { ...ids, sourceId, importType: importType ?? 0, line: null };
}

function textAfter(head: string, key: string): string | null {
  const literal = new RegExp(`"${key}":\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(head)?.[1];
  return literal === undefined ? null : JSON.parse(literal) as string;
}
