/**
 * What only a server read over HTTP needs to know.
 * @module
 */
import type { StoreOptions } from "../artifacts/store_options.ts";

/** What a server is read with. */
export interface RestOptions extends StoreOptions {
  /** Experiments a listing page. */
  readonly experimentPageSize: number;
  /** Runs a listing page. */
  readonly runPageSize: number;
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Sent with every call to the server's own origin: what a gateway before it wants. Their values are secrets. @default {none} */
  readonly headers?: Readonly<Record<string, string>>;
}
