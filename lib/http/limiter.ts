/**
 * A bound on the calls in flight that finds what the server can bear.
 * @module
 */
import PQueue from "p-queue";

/** A place for one call. */
export interface Slot {
  /** The call went well: after as many of these as there are places, there is one place more. */
  succeeded(): void;
  /** The server has too much to do: half the places are left. */
  overloaded(): void;
  /** Gives the place back. Further calls do nothing. */
  release(): void;
}

/** How many calls may be in flight. */
export interface LimiterOptions {
  /** Calls in flight at most, and to begin with. @default {8} */
  readonly max?: number;
  /** Told when there are more or fewer places, of so many at most. @default {nobody} */
  readonly onChange?: (places: number, most: number) => void;
}

/**
 * Hands out places for calls: additive increase, multiplicative decrease. Who waits is served by priority, then in order
 * of arrival. Calls that were already on their way when the places were halved do not halve them again: one overload
 * makes many calls fail at once.
 */
export class Limiter {
  readonly #max: number;
  readonly #queue: PQueue;
  readonly #onChange: LimiterOptions["onChange"];
  #successes = 0;
  #decreases = 0;

  /** Creates a limiter. */
  constructor(options: LimiterOptions = {}) {
    this.#max = options.max ?? 8;
    this.#onChange = options.onChange;
    this.#queue = new PQueue({ concurrency: this.#max });
  }

  /** Places there are now, taken ones included. */
  get limit(): number {
    return this.#queue.concurrency;
  }

  /** Places that are taken. */
  get active(): number {
    return this.#queue.pending;
  }

  /** Waits for a place. Rejects with the signal's reason when it aborts first. */
  acquire(options: { readonly priority?: number; readonly signal?: AbortSignal } = {}): Promise<Slot> {
    const { priority = 0, signal } = options;
    return new Promise((resolve, reject) => {
      const hold = () => new Promise<void>((release) => resolve(this.#slot(release)));
      this.#queue.add(hold, { priority, signal }).catch(reject);
    });
  }

  #resize(places: number): void {
    this.#queue.concurrency = places;
    this.#onChange?.(places, this.#max);
  }

  #slot(release: () => void): Slot {
    const decreases = this.#decreases;
    return {
      succeeded: () => {
        if (decreases !== this.#decreases || this.limit >= this.#max) return;
        this.#successes++;
        if (this.#successes < this.limit) return;
        this.#successes = 0;
        this.#resize(this.limit + 1);
      },
      overloaded: () => {
        if (decreases !== this.#decreases) return;
        this.#decreases++;
        this.#successes = 0;
        this.#resize(Math.max(1, Math.floor(this.limit / 2)));
      },
      release,
    };
  }
}
