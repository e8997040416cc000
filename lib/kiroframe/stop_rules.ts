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
/** So many rows in a row that are answered 404 or 405, and none that ever was acknowledged, mean a wrong address. */
const WRONG_ADDRESS_ROWS = 20;

/** Watches what becomes of the rows. */
export class StopRules {
  readonly #maxFailures: number;
  #hasAcknowledged: boolean;
  #failed = 0;
  #away = 0;
  #notFound = 0;
  #isAnswered = false;
  #lastAway: FailureKind | undefined;

  /** Begins to watch. */
  constructor(options: StopRulesOptions) {
    this.#maxFailures = options.maxFailures ?? Infinity;
    this.#hasAcknowledged = options.hasAcknowledged;
  }

  /** A row was acknowledged. */
  acknowledged(): void {
    this.#hasAcknowledged = true;
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
      if (failure.httpStatus === 404 || failure.httpStatus === 405) this.#notFound++;
      if (!this.#hasAcknowledged && this.#notFound >= WRONG_ADDRESS_ROWS) return wrongAddress(failure);
    }
    return this.#failed > this.#maxFailures ? tooManyFailures(this.#failed) : undefined;
  }

  /** Every row was tried. Returns the reason where that was in vain, for no row was answered at all. */
  ended(): AppError | undefined {
    return this.#isAnswered || this.#lastAway === undefined ? undefined : serverAway(this.#lastAway);
  }
}

function serverAway({ words, httpStatus }: FailureKind): UnreachableError {
  const found = httpStatus === null ? words : `Kiroframe answered ${httpStatus} until the last retry: ${words}`;
  return new UnreachableError(`Cannot go on importing: ${found}`, {
    hint: "Import the same folder again later: what Kiroframe acknowledged is not sent again",
  });
}

function wrongAddress({ httpStatus, words }: FailureKind): AppError {
  return new AppError(
    `Cannot import: Kiroframe answered ${httpStatus} to the first ${WRONG_ADDRESS_ROWS} rows: ${words}`,
    {
      hint: "Check --kiroframe-url (KIROFRAME_URL): rows are posted to its path /arcee/v2/import",
    },
  );
}

function tooManyFailures(failed: number): IncompleteError {
  return new IncompleteError(`Import ended early: ${failed} rows failed, more than --max-failures allows`, {
    hint: "Import the same folder again: only what is missing or failed is sent",
  });
}
