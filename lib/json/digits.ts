/**
 * Numbers written into bytes as Python's json module writes them: millions of them, each without a text of its own where it can be.
 * @module
 */
import { pyFloat, pyInt } from "./exact.ts";

/** Bytes that one number takes at most: -1.7976931348623157e+308. */
export const NUMBER_BYTES = 24;

const [MINUS, ZERO] = [0x2d, 0x30] as const;

/** Below that, whole numbers are divided without fractions. */
const SMALL = 1e9;
const SMALL_DIGITS = 9;

/** Writes an integer at a place, for which there is room; returns the place behind it. */
export function writeInt(out: Uint8Array, place: number, value: number | bigint): number {
  if (typeof value === "bigint" || !Number.isSafeInteger(value)) return writeAscii(out, place, pyInt(value));
  if (value >= 0) return writeWhole(out, place, value);
  out[place] = MINUS;
  return writeWhole(out, place + 1, -value);
}

/** Writes a float, or the strings that stand for NaN and infinities. */
export function writeFloat(out: Uint8Array, place: number, value: number): number {
  return writeAscii(out, place, pyFloat(value));
}

/** Writes text of ASCII. */
export function writeAscii(out: Uint8Array, place: number, text: string): number {
  for (let index = 0; index < text.length; index++) out[place++] = text.charCodeAt(index);
  return place;
}

function writeWhole(out: Uint8Array, place: number, value: number): number {
  if (value < SMALL) return writeDigits(out, place, value, digitsOf(value));
  const high = Math.floor(value / SMALL);
  return writeDigits(out, writeWhole(out, place, high), value - high * SMALL, SMALL_DIGITS);
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  return digits;
}

function writeDigits(out: Uint8Array, place: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let at = place + digits - 1; at >= place; at--) {
    const tens = (rest / 10) | 0;
    out[at] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return place + digits;
}
