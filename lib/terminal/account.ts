/**
 * What a command did, counted while it works: the renderers show it, and its end tells it.
 * @module
 */
import type { Counted, FailedThing, Failure } from "../logger.ts";

/** Failures of one kind. */
export interface FailureGroup {
  readonly what: FailedThing;
  /** The server's last HTTP status; null where no status tells. */
  readonly status: number | null;
  /** Of the first of them. Untrusted. */
  readonly words: string;
  count: number;
}

/** Counts, and failures grouped by what failed and how it was answered. */
export class Account {
  readonly #counts = new Map<Counted, number>();
  readonly #failures = new Map<string, FailureGroup>();

  count(what: Counted, amount = 1): void {
    this.#counts.set(what, this.of(what) + amount);
  }

  failed({ count = 1, ...failure }: Failure): void {
    const key = `${failure.what} ${failure.status}`;
    const group = this.#failures.get(key);
    if (group === undefined) this.#failures.set(key, { ...failure, count });
    else group.count += count;
  }

  /** What was counted of one thing. */
  of(what: Counted): number {
    return this.#counts.get(what) ?? 0;
  }

  /** How many failed, of whatever kind. */
  get failedCount(): number {
    return [...this.#failures.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** What stands in it now, which later counts leave as it is. */
  copy(): Account {
    const copy = new Account();
    for (const [what, amount] of this.#counts) copy.count(what, amount);
    for (const group of this.failures) copy.failed(group);
    return copy;
  }

  /** The kinds of failures, in the order of their first. */
  get failures(): readonly Readonly<FailureGroup>[] {
    return [...this.#failures.values()];
  }
}
