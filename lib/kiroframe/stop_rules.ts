/**
 * When an import is better ended than gone on with.
 * @module
 */
import { AppError, IncompleteError, UnreachableError } from "../errors.ts";

/** What the rules depend on. */
export interface StopRulesOptions {
  /** More failed rows than this end the import. @default {Infinity} */
  readonly maxFailures?: number;
  /** Whether this Kiroframe ever acknowledged a row of this source. */
  readonly hasAcknowledged: boolean;
}

/** How one row failed. */
export interface FailureKind {
  /** The server's last status; null where no answer came. */
  readonly httpStatus: number | null;
  /** Why. */
  readonly words: string;
  /** No answer, or none but "too busy", after all retries. */
  readonly isServerAway: boolean;
  /** The row is so large that its own weight may be the reason. */
  readonly isLarge: boolean;
}

/** So many rows in a row without an answer, over all lanes, mean that the server is gone. */
const AWAY_ROWS = 2;
/** So many rows, the first ones of all, that meet the same answer of something else mean a wrong address. */
const ELSEWHERE_ROWS = 3;
/** What a server answers that knows no such path; besides these a web page, whatever its status. */
const ELSEWHERE_STATUSES: ReadonlySet<number> = new Set([404, 405, 501]);

/** The answer that all rows so far have met, and how many these are. */
interface Elsewhere {
  readonly failure: FailureKind;
  readonly rows: number;
}

/** Watches what becomes of the rows. */
export class StopRules {
  readonly #maxFailures: number;
  #failed = 0;
  #away = 0;
  #isAnswered = false;
  #lastAway: FailureKind | undefined;
  /** Known from the first row that Kiroframe has, or refuses as only Kiroframe does. */
  #isKiroframe: boolean;
  /** Until then: what all rows so far were answered. */
  #elsewhere: Elsewhere | undefined;

  /** Begins to watch. */
  constructor(options: StopRulesOptions) {
    this.#maxFailures = options.maxFailures ?? Infinity;
    this.#isKiroframe = options.hasAcknowledged;
  }

  /** Whether all that was answered so far may come from something else than Kiroframe. */
  get isUnsure(): boolean {
    return !this.#isKiroframe && this.#elsewhere !== undefined;
  }

  /** A row was acknowledged. */
  acknowledged(): void {
    this.#isKiroframe = true;
    this.#isAnswered = true;
    this.#away = 0;
  }

  /** A row failed. Returns the reason to end the import, or undefined. */
  failed(failure: FailureKind): AppError | undefined {
    this.#failed++;
    if (failure.isServerAway) {
      this.#lastAway = failure;
      // A row of many megabytes may be refused by its own weight: two of those would hold up every later import.
      if (!failure.isLarge && ++this.#away >= AWAY_ROWS) return serverAway(failure);
    } else if (failure.httpStatus !== null) {
      this.#isAnswered = true;
      this.#away = 0;
      if (!this.#isKiroframe) this.#countElsewhere(failure, failure.httpStatus);
      if (!this.#isKiroframe && this.#elsewhere?.rows === ELSEWHERE_ROWS) return wrongAddress(this.#elsewhere);
    }
    return this.#failed > this.#maxFailures ? tooManyFailures(this.#failed) : undefined;
  }

  /** Every row was tried. Returns the reason where that was in vain: no row was answered at all, or none by Kiroframe. */
  ended(): AppError | undefined {
    if (!this.#isKiroframe && this.#elsewhere !== undefined) return wrongAddress(this.#elsewhere);
    return this.#isAnswered || this.#lastAway === undefined ? undefined : serverAway(this.#lastAway);
  }

  #countElsewhere(failure: FailureKind, status: number): void {
    // Of a row that was answered 2xx only a web page makes a failure.
    const isElsewhere = ELSEWHERE_STATUSES.has(status) || status < 300;
    const isSame = this.#elsewhere === undefined || this.#elsewhere.failure.httpStatus === status;
    if (isElsewhere && isSame) this.#elsewhere = { failure, rows: (this.#elsewhere?.rows ?? 0) + 1 };
    else this.#isKiroframe = true;
  }
}

function wrongAddress({ failure: { httpStatus, words }, rows }: Elsewhere): AppError {
  const what = rows === 1 ? "the only row" : `each of the first ${rows} rows`;
  return new AppError(`This seems not to be Kiroframe's address: ${what} was answered ${httpStatus}: ${words}`, {
    hint: "Check --kiroframe-url (KIROFRAME_URL): rows are posted to its path /arcee/v2/import",
  });
}

function serverAway({ words, httpStatus }: FailureKind): UnreachableError {
  const found = httpStatus === null ? words : `Kiroframe answered ${httpStatus} until the last retry: ${words}`;
  return new UnreachableError(`Cannot go on importing: ${found}`, {
    hint: "Import the same folder again later: what Kiroframe acknowledged is not sent again",
  });
}

function tooManyFailures(failed: number): IncompleteError {
  return new IncompleteError(`Import ended early: ${failed} rows failed, more than --max-failures allows`, {
    hint: "Import the same folder again: only what is missing or failed is sent",
  });
}
