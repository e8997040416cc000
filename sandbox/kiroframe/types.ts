/**
 * What the sandbox's Kiroframe is told and what it shows.
 * @module
 */
import type { KiroframeFault } from "./faults.ts";
import type { RequestHead } from "./protocol.ts";
import type { RowCheckOptions } from "./rows.ts";
import type { KiroframeWorld } from "./world.ts";

export interface KiroframeSandboxOptions extends RowCheckOptions {
  /** The x-api-key it takes. @default {"sandbox-token"} */
  readonly token?: string;
  /** 0 lets the system choose. @default {0} */
  readonly port?: number;
  /** Waits so long before each answer. @default {0} */
  readonly latencyMs?: number;
  /** What goes wrong; may be replaced later by {@linkcode KiroframeSandbox.setFaults}. @default {[]} */
  readonly faults?: readonly KiroframeFault[];
  /** Larger bodies get 413. @default {Infinity} */
  readonly maxBodyBytes?: number;
  /** True: rows are neither parsed nor kept, only counted, numbered and checked for order. @default {false} */
  readonly countOnly?: boolean;
  /** True: acknowledges by 204 without a body, else by 200 with JSON. @default {false} */
  readonly emptyReplies?: boolean;
}

/** One request as it came and as it was answered. */
export interface KiroframeRequest extends RequestHead {
  /** Its place in the order of arrival, from 1. */
  readonly number: number;
  /** Length of the body; null where the connection was dropped before it was read. */
  bytes: number | null;
  /** 1, 2 or 3; null where the body does not say. */
  importType: number | null;
  /** experiment_id, run_id or "models". */
  rowId: string | null;
  /** The body's text; null in a sandbox that only counts. */
  text: string | null;
  /** The answer's status; null where there was none. */
  status: number | null;
  /** Why it was refused; null where it was not. */
  reason: string | null;
}

export interface KiroframeSandbox extends AsyncDisposable {
  /** What --kiroframe-url takes. */
  readonly url: string;
  /** Where it listens; may be asked for again after it has closed. */
  readonly port: number;
  /** The x-api-key it takes. */
  readonly token: string;
  /** Every request in the order of arrival; stays empty in a sandbox that only counts. */
  readonly requests: readonly KiroframeRequest[];
  readonly requestCount: number;
  /** How many bytes of bodies came. */
  readonly bodyBytes: number;
  /** What was imported, by import_source_id. */
  readonly worlds: ReadonlyMap<string, KiroframeWorld>;
  /** The experiments of the first source, by experiment_id. */
  readonly experiments: KiroframeWorld["experiments"];
  /** The runs of the first source, by run_id. */
  readonly runs: KiroframeWorld["runs"];
  /** The models of the first source; null before they came. */
  readonly models: KiroframeWorld["models"];
  /** What a correct client never does: malformed bodies, unknown keys, runs out of order or before their experiment. */
  readonly violations: readonly string[];
  /** Replaces the faults; each counts from its start again. */
  setFaults(faults: readonly KiroframeFault[]): void;
  /** Ends it and every connection. */
  close(): Promise<void>;
}
