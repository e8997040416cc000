/**
 * Things that failed, put together by reason.
 * @module
 */
import type { FailureGroup } from "../facts/shape.ts";
import { shownName } from "../facts/shown.ts";

/** Reasons that are shown; those of most things. */
const MOST_REASONS = 30;

/** Reasons held while reading. */
const MOST_HELD = 2000;

/** Ids shown of each. */
const MOST_EXAMPLES = 3;

export interface Failure {
  /** "run", "artifacts", … */
  readonly what: string;
  /** Id of the run, or of what failed. */
  readonly id: string;
  /** The server's words. */
  readonly reason: string;
  /** Its status. @default {null} */
  readonly httpStatus?: number | null;
}

/** Gathers failures in bounded memory. */
export class FailureGroups {
  readonly #groups = new Map<string, { readonly failure: Failure; readonly examples: string[]; count: number }>();
  #leftOut = 0;

  /** Takes one. */
  add(failure: Failure): void {
    // Servers name the run in their words: without it, one reason is one.
    const reason = shownName(failure.reason.replaceAll(failure.id, "…").replace(/\b[0-9a-f]{32}\b/g, "…"), 300);
    const key = JSON.stringify([failure.what, failure.httpStatus, reason]);
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count++;
      if (group.examples.length < MOST_EXAMPLES) group.examples.push(shownName(failure.id));
    } else if (this.#groups.size < MOST_HELD) {
      this.#groups.set(key, { failure: { ...failure, reason }, examples: [shownName(failure.id)], count: 1 });
    } else this.#leftOut++;
  }

  /** By reason, those of most things first. */
  groups(): FailureGroup[] {
    const all = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    const shown = all.slice(0, MOST_REASONS).map((
      { failure: { what, reason, httpStatus = null }, count, examples },
    ) => ({
      what,
      reason,
      httpStatus,
      count,
      examples,
    }));
    const rest = all.slice(MOST_REASONS).reduce((sum, { count }) => sum + count, this.#leftOut);
    if (rest === 0) return shown;
    return [...shown, { what: "further", reason: "Other reasons", httpStatus: null, count: rest, examples: [] }];
  }
}
