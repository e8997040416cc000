/**
 * Walks over the JSON text of a run's row, in chunks of any size, and lets a visitor decide about each metric value:
 * what it keeps goes through byte for byte, so that key order, int64 and every digit arrive as they are in the file.
 * @module
 */
import { Buffer } from "node:buffer";
import { endOfValue, itemStart, skipBlanks, spells, valueAfterKey } from "./json_bytes.ts";

/** What becomes of a metric value: it stays (undefined), its point or key is left out, or other text takes its place. */
export type Verdict = undefined | "drop" | Uint8Array;

/** A value's text: part of a buffer that changes after the call. */
export interface ValueText {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** The byte behind the value. */
  readonly end: number;
}

export interface RowVisitor {
  startHistory(): void;
  /** The value of the next point of that list. */
  judgePoint(value: ValueText): Verdict;
  judgeLatest(value: ValueText): Verdict;
}

/** A list's item with its value, as places in a buffer. */
interface Item extends ValueText {
  /** Where the item begins: its key, or a point's brace. */
  readonly itemStart: number;
  /** The byte behind the item. */
  readonly itemEnd: number;
}

const QUOTE = 0x22, BACKSLASH = 0x5C, COMMA = 0x2C;
const OPEN_BRACE = 0x7B, CLOSE_BRACE = 0x7D, OPEN_BRACKET = 0x5B, CLOSE_BRACKET = 0x5D;

/** One walk over one row. */
export class RowScanner {
  readonly #visitor: RowVisitor;
  #place: "outside" | "latest" | "histories" | "points" = "outside";
  /** The end of the last chunk, where something began whose end is needed: a key, a point. */
  #carry: Uint8Array = new Uint8Array(0);
  #pieces: Uint8Array[] = [];
  /** Up to here the buffer is given out or left out. */
  #settled = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #atKey = false;
  #isBegun = false;
  #isObject = false;
  #keptItem = false;
  #droppedItem = false;

  /** Creates a scanner at a row's first byte. */
  constructor(visitor: RowVisitor) {
    this.#visitor = visitor;
  }

  /** Takes the next chunk and returns what is decided by now. Throws a SyntaxError where the text cannot be a row. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk]);
    this.#pieces = [];
    this.#settled = 0;
    let at = 0;
    while (at < bytes.length) {
      const next = this.#step(bytes, at);
      if (next === at) break;
      at = next;
    }
    this.#give(bytes, at);
    // A copy: the buffer behind the chunk may be its owner's to use again.
    this.#carry = Uint8Array.prototype.slice.call(bytes, at);
    return this.#pieces;
  }

  /** Says that there is no more. Throws a SyntaxError where the row is cut off. */
  end(): void {
    // Whatever is still carried over began inside the row, where the depth is not 0.
    const isWhole = this.#isBegun && this.#depth === 0 && this.#place === "outside" && !this.#inString;
    if (!isWhole) throw new SyntaxError("The row is cut off");
  }

  /** Returns how far it came: `at` itself where it needs more bytes. */
  #step(bytes: Uint8Array, at: number): number {
    switch (this.#place) {
      case "outside":
        return this.#passOver(bytes, at);
      case "latest":
        return this.#readLatest(bytes, at);
      case "histories":
        return this.#readHistory(bytes, at);
      case "points":
        return this.#readPoint(bytes, at);
    }
  }

  /**
   * Passes over all that is no metric value. Only the row's own keys (depth 1, before a colon) are compared, so that neither a param
   * named "metrics_latest" nor such a text inside a string, where quotes are escaped, is mistaken for the real one.
   */
  #passOver(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) {
        if (this.#atKey) return at === from ? this.#readRowKey(bytes, at) : at;
        this.#inString = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.#depth++;
        if (!this.#isBegun) this.#isObject = byte === OPEN_BRACE;
        this.#isBegun = true;
        this.#atKey = this.#depth === 1 && this.#isObject;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth--;
      } else if (byte === COMMA) {
        this.#atKey = this.#depth === 1 && this.#isObject;
      }
    }
    return bytes.length;
  }

  #readRowKey(bytes: Uint8Array, at: number): number {
    const value = valueAfterKey(bytes, at);
    if (value === -1) return at;
    this.#atKey = false;
    if (bytes[value] !== OPEN_BRACE) return value;
    if (spells(bytes, at, '"metrics_latest"')) this.#place = "latest";
    else if (spells(bytes, at, '"metrics_history"')) this.#place = "histories";
    else return value;
    this.#startItems();
    return value + 1;
  }

  #readLatest(bytes: Uint8Array, at: number): number {
    const key = itemStart(bytes, at);
    if (key === -1) return at;
    if (bytes[key] === CLOSE_BRACE) return this.#leave("outside", key);
    const start = valueAfterKey(bytes, key);
    const end = start === -1 ? -1 : endOfValue(bytes, start);
    if (end === -1) return at;
    const item = { bytes, itemStart: key, start, end, itemEnd: end };
    return this.#settle(at, item, this.#visitor.judgeLatest(item));
  }

  #readHistory(bytes: Uint8Array, at: number): number {
    const key = itemStart(bytes, at);
    if (key === -1) return at;
    if (bytes[key] === CLOSE_BRACE) return this.#leave("outside", key);
    const start = valueAfterKey(bytes, key);
    if (start === -1) return at;
    if (bytes[start] !== OPEN_BRACKET) {
      const end = endOfValue(bytes, start);
      return end === -1 ? at : end;
    }
    this.#place = "points";
    this.#startItems();
    this.#visitor.startHistory();
    return start + 1;
  }

  #readPoint(bytes: Uint8Array, at: number): number {
    const start = itemStart(bytes, at);
    if (start === -1) return at;
    if (bytes[start] === CLOSE_BRACKET) return this.#leave("histories", start);
    const item = pointAt(bytes, start);
    return item === undefined ? at : this.#settle(at, item, this.#visitor.judgePoint(item));
  }

  #startItems(): void {
    this.#keptItem = false;
    this.#droppedItem = false;
  }

  #leave(place: "outside" | "histories", closingAt: number): number {
    this.#place = place;
    return closingAt + 1;
  }

  /** Carries out a verdict on an item whose separator begins at `from`. */
  #settle(from: number, item: Item, verdict: Verdict): number {
    if (verdict === "drop") {
      this.#give(item.bytes, from);
      this.#settled = item.itemEnd;
      this.#droppedItem = true;
      return item.itemEnd;
    }
    // The first item that stays has no comma before it, whatever stood there in the file.
    if (!this.#keptItem && this.#droppedItem) {
      this.#give(item.bytes, from);
      this.#settled = item.itemStart;
    }
    this.#keptItem = true;
    if (verdict !== undefined) {
      this.#give(item.bytes, item.start);
      this.#pieces.push(verdict);
      this.#settled = item.end;
    }
    return item.itemEnd;
  }

  #give(bytes: Uint8Array, end: number): void {
    if (end > this.#settled) this.#pieces.push(bytes.subarray(this.#settled, end));
    this.#settled = Math.max(this.#settled, end);
  }
}

/** Reads `{"step": …, "ts": …, "value": …}`, members in any order. Returns undefined where the buffer ends in its middle. */
function pointAt(bytes: Uint8Array, at: number): Item | undefined {
  if (bytes[at] !== OPEN_BRACE) {
    throw new SyntaxError("The row is not JSON: a history holds something that is no point");
  }
  let start = at;
  let end = at;
  for (let key = skipBlanks(bytes, at + 1); key !== -1; key = itemStart(bytes, key)) {
    if (bytes[key] === CLOSE_BRACE) return { bytes, itemStart: at, start, end, itemEnd: key + 1 };
    const value = valueAfterKey(bytes, key);
    const valueEnd = value === -1 ? -1 : endOfValue(bytes, value);
    if (valueEnd === -1) return undefined;
    if (spells(bytes, key, '"value"')) {
      start = value;
      end = valueEnd;
    }
    key = valueEnd;
  }
  return undefined;
}
