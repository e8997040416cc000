/**
 * What happens to one row after another: sent unless Kiroframe has it, and recorded before it is counted.
 * @module
 */
import type { KiroframeClient } from "./client.ts";
import type { Halt } from "./halt.ts";
import type { ImportOptions } from "./options.ts";
import { type ImportResult, ImportTally, SHOWN_FAILURES } from "./result.ts";
import type { RowFailure } from "./ledger/mod.ts";
import type { ImportType } from "./rows/payload.ts";
import { type PreparedRow, prepareRow, type RowPlace, type RowSource } from "./prepare.ts";
import { StopRules } from "./stop_rules.ts";

/** What a {@linkcode RowSender} works with. */
export interface RowSenderTools {
  /** Where rows go. */
  readonly client: KiroframeClient;
  /** Ends the import early. */
  readonly halt: Halt;
}

const NOUNS = { 1: "Experiments", 2: "Runs", 3: "Models" } as const;
const ROWS = { 1: "experiment rows", 2: "run rows", 3: "models row" } as const;
const NAMES: Readonly<Record<ImportType, string>> = { 1: "experiment", 2: "run", 3: "models" };

/** Sends rows and keeps account of them. */
export class RowSender {
  readonly #options: ImportOptions;
  readonly #client: KiroframeClient;
  readonly #halt: Halt;
  readonly #tally = new ImportTally();
  readonly #rules: StopRules;
  /** Failures that are not told yet: where they are not Kiroframe's, one sentence tells them all. */
  #untold: string[] = [];
  #told = 0;

  /** Creates a sender that has counted nothing. */
  constructor(options: ImportOptions, tools: RowSenderTools) {
    this.#options = options;
    this.#client = tools.client;
    this.#halt = tools.halt;
    const types: readonly ImportType[] = [1, 2, 3];
    const hasAcknowledged = [options.ledger, options.store].some((known) =>
      types.some((type) => (known?.counts(type).acknowledged ?? 0) > 0)
    );
    this.#rules = new StopRules({ maxFailures: options.maxFailures, hasAcknowledged });
  }

  /** What was done so far. */
  result(): ImportResult {
    return this.#tally.result();
  }

  /**
   * Sends rows one after another, each only when the one before was acknowledged or recorded as failed; meanwhile the next is read.
   * Rejects with the reason of the halt where there is one.
   */
  async sendInOrder(source: RowSource, places: readonly RowPlace[] | Iterable<RowPlace>): Promise<void> {
    const waiting = places[Symbol.iterator]();
    const prepareNext = (): Promise<PreparedRow> | undefined => {
      const place = waiting.next();
      return place.done === true ? undefined : prepareRow(source, place.value);
    };
    let ahead = prepareNext();
    try {
      while (ahead !== undefined) {
        const row = await ahead;
        this.#halt.check();
        ahead = prepareNext();
        ahead?.catch(ignore);
        await this.#send(row);
      }
    } finally {
      // The file may be closed after this: nobody must still be reading.
      await ahead?.catch(ignore);
    }
  }

  /** Returns the reason to call the whole import failed although every row was tried, or undefined. */
  ended(): Error | undefined {
    return this.#rules.ended();
  }

  async #send(row: PreparedRow): Promise<void> {
    this.#options.progress.detail(row.experimentName);
    if (row.broken !== null) {
      this.#fail(row, { httpStatus: null, words: row.broken }, false);
    } else if (!this.#isHeld(row)) {
      const delivery = await this.#client.send({ body: row.body(), rowBytes: row.bytes, signal: this.#halt.signal });
      if (delivery.failure === undefined) this.#acknowledge(row, delivery.httpStatus);
      else this.#fail(row, delivery.failure, delivery.isServerAway);
    }
    this.#options.progress.advance();
  }

  /** Whether Kiroframe has the row already: then it is counted as skipped. */
  #isHeld(row: PreparedRow): boolean {
    const { ledger, store } = this.#options;
    if (!ledger.isAcknowledged(row)) {
      if (store?.isAcknowledged(row) !== true) return false;
      ledger.acknowledge(row, null);
    }
    this.#tally.addHeld(row, "skipped");
    this.#options.progress.count(`skipped${NOUNS[row.importType]}`);
    return true;
  }

  #acknowledge(row: PreparedRow, httpStatus: number): void {
    this.#options.ledger.acknowledge(row, httpStatus);
    this.#options.store?.acknowledge(row, httpStatus);
    this.#tally.addHeld(row, "sent");
    this.#options.progress.count(`sent${NOUNS[row.importType]}`);
    this.#rules.acknowledged();
    this.#tellFailures();
    this.#options.logger.debug(`imported ${NAMES[row.importType]} ${row.rowId}: ${httpStatus}`);
  }

  #fail(row: PreparedRow, failure: RowFailure, isServerAway: boolean): void {
    this.#options.ledger.fail(row, failure);
    this.#options.store?.fail(row, failure);
    this.#tally.addFailed(row, failure);
    const { httpStatus, words } = failure;
    this.#options.progress.failed({ what: ROWS[row.importType], status: httpStatus, words });
    const status = failure.httpStatus === null ? "" : `status ${failure.httpStatus}: `;
    this.#untold.push(`Cannot import ${NAMES[row.importType]} ${row.rowId}: ${status}${failure.words}`);
    const reason = this.#rules.failed({ ...failure, isServerAway, isLarge: row.isLarge });
    if (!this.#rules.isUnsure) this.#tellFailures();
    if (reason !== undefined) this.#halt.stop(reason);
  }

  #tellFailures(): void {
    const { logger } = this.#options;
    for (const line of this.#untold) {
      this.#told++;
      // Thousands of rows may fail for one reason: a reader of the console needs the first ones only.
      if (this.#told > SHOWN_FAILURES) logger.debug(line);
      else logger.error(line);
      if (this.#told === SHOWN_FAILURES) logger.warn("Further failures are logged at level DEBUG only");
    }
    this.#untold = [];
  }
}

function ignore(): void {}
