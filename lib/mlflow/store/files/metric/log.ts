/**
 * The lines of a metric file, checked and printed as a row prints points, in one pass over their bytes: to read the numbers and to print
 * them again takes several times as long, and MLflow has printed them already as Python does.
 * @module
 */
import { Buffer } from "node:buffer";
import { parseJson, pyFloat, pyInt } from "../../../../json/exact.ts";
import type { Int64, MetricPoint, PointPlace, PrintedPoints } from "../../../../source/mod.ts";
import { floatEnd, integerEnd, lastInteger } from "./digits.ts";
import { parseLine } from "./line.ts";

const [NEWLINE, SPACE] = [0x0a, 0x20] as const;
const ENCODER = new TextEncoder();
const SEPARATOR = ", ";
const STEP = ENCODER.encode(`${SEPARATOR}{"step": `);
const TIME = ENCODER.encode(`, "ts": `);
const VALUE = ENCODER.encode(`, "value": `);
const END = ENCODER.encode("}");

/** What one point takes at most when it is printed: three numbers and what is around them. */
const POINT_BYTES = STEP.length + TIME.length + VALUE.length + END.length + 3 * 32;

/** Where points are printed before it is known how long they are: nothing here outlives one call. */
let scratch = new Uint8Array(1 << 16);

/** Where short histories are kept, one behind the other: a buffer for each would cost more than what is in it. */
let shelf = new Uint8Array(0);
let shelved = 0;
const SHELF_BYTES = 1 << 18;

/** Points that are printed already. */
export class LoggedPoints implements Iterable<MetricPoint> {
  readonly length: number;
  readonly printed: PrintedPoints;

  /** Takes how many there are, and what they are printed as. */
  constructor(length: number, printed: PrintedPoints) {
    this.length = length;
    this.printed = printed;
  }

  /** Gives all points. */
  *[Symbol.iterator](): Generator<MetricPoint> {
    const rows = parseJson(`[${Buffer.from(this.printed.bytes).toString()}]`) as readonly {
      readonly step: Int64;
      readonly ts: Int64;
      readonly value: number | string;
    }[];
    for (const { step, ts: timestamp, value } of rows) yield { step, timestamp, value: Number(value) };
  }
}

/** A line that others are compared with. Where its value stands among the bytes is kept, for few values are looked at. */
class Mark {
  step: Int64 = -Infinity;
  time: Int64 = -Infinity;
  #value = NaN;
  #from = -1;
  #end = -1;

  set(time: Int64, step: Int64, from: number, end: number, value: number): void {
    this.time = time;
    this.step = step;
    this.#from = from;
    this.#end = end;
    this.#value = value;
  }

  value(bytes: Uint8Array): number {
    return valueAt(bytes, this.#from, this.#end, this.#value);
  }

  /** Lets go of the bytes. */
  settle(bytes: Uint8Array): void {
    this.#value = this.value(bytes);
    this.#from = -1;
  }
}

/** Reads one metric file, in one or more pieces. */
export class LogReader {
  /** Lines read. */
  length = 0;
  /** Whether all lines stand in the order of their timestamps, steps and values. */
  isOrdered = true;
  /** Whether the last line has no end. */
  isCut = false;
  readonly #last = new Mark();
  /** The largest step, of those the largest timestamp, of those the largest value: what MLflow shows as the metric's. */
  readonly #latest = new Mark();

  /** The metric's value; undefined before the first line. */
  get latest(): number | undefined {
    return this.length === 0 ? undefined : this.#latest.value(new Uint8Array());
  }

  /** Where that was logged. */
  get latestPlace(): PointPlace {
    return { step: this.#latest.step, timestamp: this.#latest.time };
  }

  /**
   * Reads lines: whole ones, but for the file's last.
   *
   * @throws {LineError} if one is none of MLflow's.
   */
  read(bytes: Uint8Array): LoggedPoints {
    const lengthBefore = this.length;
    let out = scratch;
    let size = 0;
    let nonFinite = 0;
    for (let start = 0; start < bytes.length;) {
      if (out.length < size + POINT_BYTES) out = scratch = enlarged(out);
      const timeEnd = integerEnd(bytes, start);
      const time = lastInteger();
      const valueEnd = timeEnd !== -1 && bytes[timeEnd] === SPACE ? floatEnd(bytes, timeEnd + 1) : -1;
      const stepEnd = valueEnd !== -1 && bytes[valueEnd] === SPACE ? integerEnd(bytes, valueEnd + 1) : -1;
      if (stepEnd !== -1 && bytes[stepEnd] === NEWLINE) {
        size = copy(STEP, 0, STEP.length, out, size);
        size = copy(bytes, valueEnd + 1, stepEnd, out, size);
        size = copy(TIME, 0, TIME.length, out, size);
        size = copy(bytes, start, timeEnd, out, size);
        size = copy(VALUE, 0, VALUE.length, out, size);
        size = copy(bytes, timeEnd + 1, valueEnd, out, size);
        size = copy(END, 0, END.length, out, size);
        this.#add(bytes, time, lastInteger(), timeEnd + 1, valueEnd, NaN);
        start = stepEnd + 1;
      } else {
        const newline = bytes.indexOf(NEWLINE, start);
        const end = newline === -1 ? bytes.length : newline + 1;
        this.isCut = newline === -1;
        const { timestamp, step, value } = parseLine(Buffer.from(bytes.subarray(start, end)).toString());
        if (!Number.isFinite(value)) nonFinite++;
        const text = `${SEPARATOR}{"step": ${pyInt(step)}, "ts": ${pyInt(timestamp)}, "value": ${pyFloat(value)}}`;
        size += ENCODER.encodeInto(text, out.subarray(size)).written;
        this.#add(bytes, timestamp, step, -1, -1, value);
        start = end;
      }
    }
    this.#last.settle(bytes);
    this.#latest.settle(bytes);
    const printed = kept(out.subarray(Math.min(size, SEPARATOR.length), size));
    return new LoggedPoints(this.length - lengthBefore, { bytes: printed, nonFinite });
  }

  #add(bytes: Uint8Array, time: Int64, step: Int64, from: number, end: number, value: number): void {
    const last = this.#last;
    const latest = this.#latest;
    if (time <= last.time && (time < last.time || step <= last.step)) {
      const isTie = time == last.time && step == last.step;
      if (!isTie || valueAt(bytes, from, end, value) < last.value(bytes)) this.isOrdered = false;
    }
    last.set(time, step, from, end, value);
    const isLater = step > latest.step || step == latest.step &&
        (time > latest.time || time == latest.time && valueAt(bytes, from, end, value) > latest.value(bytes));
    if (isLater || this.length === 0) latest.set(time, step, from, end, value);
    this.length++;
  }
}

function kept(bytes: Uint8Array): Uint8Array {
  if (bytes.length > SHELF_BYTES / 4) return bytes.slice();
  if (shelf.length - shelved < bytes.length) [shelf, shelved] = [new Uint8Array(SHELF_BYTES), 0];
  const place = shelf.subarray(shelved, shelved + bytes.length);
  place.set(bytes);
  shelved += bytes.length;
  return place;
}

function copy(bytes: Uint8Array, from: number, end: number, out: Uint8Array, to: number): number {
  for (let place = from; place < end; place++) out[to++] = bytes[place]!;
  return to;
}

function enlarged(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}

/** The value that stands between two places; the one given, where it is not there. */
function valueAt(bytes: Uint8Array, from: number, end: number, value: number): number {
  if (from === -1) return value;
  let text = "";
  for (let place = from; place < end; place++) text += String.fromCharCode(bytes[place]!);
  return Number(text);
}
