/**
 * Stopping an import from anywhere: no further row is begun, and those under way get a moment to be acknowledged.
 * @module
 */
import { InterruptedError } from "../errors.ts";

/** How an import is stopped. */
export interface HaltOptions {
  /** The user's wish to stop. */
  readonly signal?: AbortSignal;
  /** How long rows that are on their way may still take, in milliseconds. @default {1_000} */
  readonly graceMs?: number;
}

/** The one reason why an import ends early. */
export class Halt {
  readonly #options: HaltOptions;
  readonly #requests = new AbortController();
  #reason: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to listen to the user's signal. */
  constructor(options: HaltOptions = {}) {
    this.#options = options;
    options.signal?.addEventListener("abort", this.#onAbort);
    if (options.signal?.aborted === true) this.#onAbort();
  }

  /** For requests: aborts, with the reason of the halt, when the grace is over. */
  get signal(): AbortSignal {
    return this.#requests.signal;
  }

  /** Stops the import for a reason; further reasons are too late. */
  stop(reason: unknown): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#timer = setTimeout(() => this.#requests.abort(reason), this.#options.graceMs ?? 1000);
  }

  /** Throws the reason where the import is stopped. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Listens no more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.stop(
      new InterruptedError("Import interrupted", {
        hint: "Import the same folder again: what Kiroframe acknowledged is not sent again",
      }),
    );
  };
}
