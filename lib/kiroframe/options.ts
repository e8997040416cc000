/**
 * What an import is told.
 * @module
 */
import type { RetryOptions } from "../http/retry.ts";
import type { Environment } from "../environment.ts";
import type { Logger, Progress } from "../logger.ts";
import type { Ledger } from "./ledger/mod.ts";
import type { ImportOrigin } from "./rows/payload.ts";
import type { RowFilterOptions } from "./rows/filter.ts";

/** Which files are sent where, and how. */
export interface ImportOptions extends ImportOrigin, RowFilterOptions {
  /** experiment_summary.json: an experiment a line. */
  readonly experimentsPath: string;
  /** runs.json: a run a line, grouped by experiment, newest first inside each. */
  readonly runsPath: string;
  /** models.json: one list. Null, or a path where no file is, sends no models. */
  readonly modelsPath: string | null;
  /** Kiroframe's address; one trailing slash does not matter. */
  readonly kiroframeUrl: string;
  /** Sent as x-api-key. */
  readonly profilingToken: string;
  /** What is sent and what failed, kept beyond this process. It belongs to the same address, source and token. */
  readonly ledger: Ledger;
  /** A ledger that outlives this folder: what it has as acknowledged is not sent either. Both are kept. */
  readonly store?: Ledger;
  /** Experiments that are sent side by side; inside each, one run after another. @default {8} */
  readonly concurrency?: number;
  /** More failed rows than this end the import. @default {Infinity} */
  readonly maxFailures?: number;
  /** Takes secrets out of Kiroframe's words before they are kept. @default {(text) => text} the token goes in any case */
  readonly redact?: ((text: string) => string) | undefined;
  /** Told what happens. */
  readonly logger: Logger;
  /** Shown how far it is. */
  readonly progress: Progress;
  /** Stops between rows: those under way get a second to be acknowledged. */
  readonly signal?: AbortSignal;
  /** Where proxy and certificate variables are. @default {{}} */
  readonly env?: Environment;
  /** How passing failures are tried again. @default the HTTP client's */
  readonly retry?: RetryOptions;
  /** How long rows under way may take after a stop, in milliseconds. @default {1_000} */
  readonly graceMs?: number;
  /** Rows longer than this many bytes are streamed from the file, the rest is read at once. @default {4_194_304} */
  readonly streamAboveBytes?: number;
}
