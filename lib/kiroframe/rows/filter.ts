/**
 * What a run's row becomes on its way to Kiroframe: values that JSON cannot hold are left out (or replaced), long histories are
 * thinned. The file stays whole. Rows whole in memory and rows far larger than memory take the same path.
 * @module
 */
import { Buffer } from "node:buffer";
import { spells } from "./json_bytes.ts";
import { RowScanner, type RowVisitor, type ValueText, type Verdict } from "./scanner.ts";
import { createThinner, type HistoryExtent } from "./thinning.ts";

/**
 * What is sent for NaN and the infinities: nothing (the point, or the key of metrics_latest, is left out), the strings "NaN",
 * "Infinity" and "-Infinity", or null.
 */
export type NonFinite = "omit" | "string" | "null";

export interface RowFilterOptions {
  /** What is sent for NaN and the infinities. */
  readonly nonFinite: NonFinite;
  /** Points of one metric's history at most. @default {Infinity} */
  readonly maxHistoryPoints?: number;
}

export interface RowFilterCounts {
  /** NaN and infinities that were left out or replaced, in histories and metrics_latest together. */
  nonFinite: number;
  /** Points left out to thin histories. */
  thinned: number;
}

export interface FilteredRow {
  /** Its JSON text, UTF-8. */
  readonly bytes: Uint8Array;
  readonly counts: RowFilterCounts;
}

/** A large row before the filter: opened anew for each pass over it. */
export type OpenRow = () => AsyncIterable<Uint8Array>;

/** What no point can be shorter than, in bytes: `{"step":0,"ts":0,"value":0}`. */
const MIN_POINT_BYTES = 27;

/** Filters a row that lies in memory. Throws a SyntaxError where it is cut off or no row. */
export function filterRow(row: Uint8Array, options: RowFilterOptions): FilteredRow {
  const counts: RowFilterCounts = { nonFinite: 0, thinned: 0 };
  const isLong = row.length > (options.maxHistoryPoints ?? Infinity) * MIN_POINT_BYTES;
  if (!isLong && !mayHoldNonFinite(row)) return { bytes: row, counts };
  const extents = isLong ? walk(row, new HistoryMeter(options)).extents : [];
  const scanner = new RowScanner(new ValueJudge(options, { counts, extents }));
  const pieces = scanner.push(row);
  scanner.end();
  return { bytes: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), counts };
}

/**
 * Makes a filter for a row that is read chunk by chunk, in memory that does not grow with it. Where histories are to be thinned, this
 * first reads the row once to measure them. Rejects with a SyntaxError where the row is cut off or no row.
 */
export async function createLargeRowFilter(
  open: OpenRow,
  options: RowFilterOptions,
): Promise<(counts?: RowFilterCounts) => AsyncGenerator<Uint8Array>> {
  const meter = new HistoryMeter(options);
  if (options.maxHistoryPoints !== undefined) {
    const scanner = new RowScanner(meter);
    for await (const chunk of open()) scanner.push(chunk);
  }
  /** One pass over the row: what is sent. Adds to the counts what it does. */
  return async function* filtered(counts = { nonFinite: 0, thinned: 0 }): AsyncGenerator<Uint8Array> {
    const scanner = new RowScanner(new ValueJudge(options, { counts, extents: meter.extents }));
    for await (const chunk of open()) yield* scanner.push(chunk);
    scanner.end();
  };
}

/** First pass of two: how long each history is and where its extremes lie. */
class HistoryMeter implements RowVisitor {
  /** In the order of the row. */
  readonly extents: HistoryExtent[] = [];
  readonly #omits: boolean;
  #current = { count: 0, minIndex: -1, maxIndex: -1 };
  #min = Infinity;
  #max = -Infinity;

  constructor(options: RowFilterOptions) {
    this.#omits = options.nonFinite === "omit";
  }

  startHistory(): void {
    this.#current = { count: 0, minIndex: -1, maxIndex: -1 };
    this.#min = Infinity;
    this.#max = -Infinity;
    this.extents.push(this.#current);
  }

  judgePoint(text: ValueText): Verdict {
    const isFinite = nonFiniteName(text) === undefined;
    if (!isFinite && this.#omits) return undefined;
    const index = this.#current.count++;
    if (!isFinite) return undefined;
    const value = Number(latin1(text));
    if (value < this.#min) {
      this.#min = value;
      this.#current.minIndex = index;
    }
    if (value > this.#max) {
      this.#max = value;
      this.#current.maxIndex = index;
    }
    return undefined;
  }

  judgeLatest(): Verdict {
    return undefined;
  }
}

/** Second pass, or the only one where nothing is thinned. */
class ValueJudge implements RowVisitor {
  readonly #options: RowFilterOptions;
  readonly #counts: RowFilterCounts;
  readonly #extents: Iterator<HistoryExtent>;
  #isKept: (index: number) => boolean = keepAll;
  #index = 0;

  constructor(
    options: RowFilterOptions,
    work: { readonly counts: RowFilterCounts; readonly extents: readonly HistoryExtent[] },
  ) {
    this.#options = options;
    this.#counts = work.counts;
    this.#extents = work.extents.values();
  }

  startHistory(): void {
    const extent = this.#extents.next();
    this.#isKept = extent.done === true
      ? keepAll
      : createThinner(extent.value, this.#options.maxHistoryPoints ?? Infinity);
    this.#index = 0;
  }

  judgePoint(text: ValueText): Verdict {
    const verdict = this.judgeLatest(text);
    if (verdict === "drop" || this.#isKept(this.#index++)) return verdict;
    this.#counts.thinned++;
    return "drop";
  }

  judgeLatest(text: ValueText): Verdict {
    const name = nonFiniteName(text);
    if (name === undefined) return undefined;
    this.#counts.nonFinite++;
    switch (this.#options.nonFinite) {
      case "omit":
        return "drop";
      case "null":
        return Buffer.from("null");
      case "string":
        return Buffer.from(`"${name}"`);
    }
  }
}

function walk<T extends RowVisitor>(row: Uint8Array, visitor: T): T {
  new RowScanner(visitor).push(row);
  return visitor;
}

function keepAll(): boolean {
  return true;
}

/** It also hits params and tags with such a text; the walk that follows leaves those alone. */
function mayHoldNonFinite(row: Uint8Array): boolean {
  return holds(row, "NaN") || holds(row, "Infinity");
}

/** Six times as fast as Buffer.includes: one byte is searched for by native code. */
function holds(row: Uint8Array, text: string): boolean {
  const first = text.charCodeAt(0);
  for (
    let at = Uint8Array.prototype.indexOf.call(row, first);
    at !== -1;
    at = Uint8Array.prototype.indexOf.call(row, first, at + 1)
  ) {
    if (spells(row, at, text)) return true;
  }
  return false;
}

/** The name of a value that is NaN or infinite: a string in our folders, a bare token in the reference's. */
function nonFiniteName(text: ValueText): string | undefined {
  const { bytes, start, end } = text;
  const first = bytes[start]!;
  // Digits, and a minus before a digit, are told apart by their first bytes: millions of values pass here.
  if (first <= 0x39 && first !== 0x22 && !(first === 0x2D && bytes[start + 1] === 0x49)) return undefined;
  const isString = first === 0x22;
  const name = latin1({ bytes, start: start + Number(isString), end: end - Number(isString) });
  return name === "NaN" || name === "Infinity" || name === "-Infinity" ? name : undefined;
}

function latin1({ bytes, start, end }: ValueText): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
