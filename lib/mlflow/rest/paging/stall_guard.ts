/**
 * The end of listings that never end.
 * @module
 */
import { AppError } from "../../../errors.ts";

/** A token may come again (a server that answers the same page twice), but not for ever. */
const MAX_REPEATS = 10;
/** Empty pages with new tokens are what a restricted account sees where others see runs. */
const MAX_EMPTY_PAGES = 1_000;

/** Counts the pages of one listing that bring nothing new. */
export class StallGuard {
  readonly #what: string;
  readonly #tokens = new Set<string>();
  #repeats = 0;
  #emptyPages = 0;

  /** Creates a guard. */
  constructor(what: string) {
    this.#what = what;
  }

  /**
   * Takes note of one page.
   *
   * @param news How many of its items were not seen before.
   * @throws {AppError} if the listing goes round in circles.
   */
  check(news: number, token: string): void {
    const isRepeated = this.#tokens.has(token);
    this.#tokens.add(token);
    if (news > 0) this.#repeats = this.#emptyPages = 0;
    else if (isRepeated) this.#repeats++;
    else this.#emptyPages++;
    if (this.#repeats < MAX_REPEATS && this.#emptyPages < MAX_EMPTY_PAGES) return;
    throw new AppError(`Cannot list ${this.#what}: MLflow gives page tokens without end, and nothing new behind them`, {
      hint: "A proxy before the server may answer from a cache, or drop page_token: ask for the server itself",
    });
  }
}
