/**
 * The text of histories as bytes: points are most of what an export writes, and as text each would be made, joined and encoded.
 * @module
 */
import { NUMBER_BYTES, writeFloat, writeInt } from "../json/digits.ts";
import type { PointLists, Points } from "../source/mod.ts";

const ENCODER = new TextEncoder();
const SEPARATOR = ENCODER.encode(", ");
const STEP = ENCODER.encode(`{"step": `);
const TIME = ENCODER.encode(`, "ts": `);
const VALUE = ENCODER.encode(`, "value": `);
const END = ENCODER.encode("}");

/** What one point takes at most. */
const POINT_BYTES = [SEPARATOR, STEP, TIME, VALUE, END].reduce((sum, part) => sum + part.length, 3 * NUMBER_BYTES);

/** Room to begin with: enough for most runs. */
const FIRST_BYTES = 1 << 16;

/** Bytes that are written one after another and then taken, in one buffer that is used again. */
export class RowBytes {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Bytes that were written since they were taken. */
  get length(): number {
    return this.#length;
  }

  /** Writes text. */
  text(text: string): void {
    this.#makeRoom(3 * text.length);
    this.#length += ENCODER.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Writes points, with commas between them; returns how many of them are NaN or infinite. */
  points(points: Points): number {
    const { printed, length } = points;
    if (length === 0) return 0;
    if (printed === undefined) return this.#lists(points.lists ?? listsOf(points));
    this.#makeRoom(printed.bytes.length);
    this.#bytes.set(printed.bytes, this.#length);
    this.#length += printed.bytes.length;
    return printed.nonFinite;
  }

  /** Gives what was written: to be used before more is. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #lists({ steps, timestamps, values }: PointLists): number {
    this.#makeRoom(values.length * POINT_BYTES);
    const out = this.#bytes;
    let place = this.#length;
    let nonFinite = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      if (!Number.isFinite(value)) nonFinite++;
      if (index > 0) place = copy(SEPARATOR, out, place);
      place = copy(STEP, out, place);
      place = writeInt(out, place, steps[index]!);
      place = copy(TIME, out, place);
      place = writeInt(out, place, timestamps[index]!);
      place = copy(VALUE, out, place);
      place = writeFloat(out, place, value);
      place = copy(END, out, place);
    }
    this.#length = place;
    return nonFinite;
  }

  #makeRoom(count: number): void {
    const wanted = this.#length + count;
    if (wanted <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function listsOf(points: Points): PointLists {
  const all = [...points];
  return {
    steps: all.map(({ step }) => step),
    timestamps: all.map(({ timestamp }) => timestamp),
    values: all.map(({ value }) => value),
  };
}

/** Byte by byte: the parts are too short for `set()`, which costs as much as thirty of these. */
function copy(part: Uint8Array, out: Uint8Array, place: number): number {
  for (let index = 0; index < part.length; index++) out[place++] = part[index]!;
  return place;
}
