/**
 * Numbers among bytes, where they are written as Python writes them: then they can be copied as they are.
 * @module
 */

const [MINUS, DOT, ZERO, NINE] = [0x2d, 0x2e, 0x30, 0x39] as const;

/** Digits of an integer that a number holds exactly, whatever they are. */
const SAFE_DIGITS = 15;
/** Python writes larger numbers with an exponent, and none with more digits. */
const [WHOLE_DIGITS, ALL_DIGITS] = [16, 17] as const;
/** The same for smaller ones: so many zeros behind the dot. */
const SMALL_ZEROS = 4;

let found = 0;

/** The integer whose end {@linkcode integerEnd} told last: without an object for each of millions. */
export function lastInteger(): number {
  return found;
}

/** Returns where an integer ends that begins here; -1 where there is none, or one that a number may not hold. */
export function integerEnd(bytes: Uint8Array, from: number): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let end = first;
  let number = 0;
  for (let byte = bytes[end] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[++end] ?? 0) {
    number = number * 10 + byte - ZERO;
  }
  const digits = end - first;
  if (digits === 0 || digits > SAFE_DIGITS) return -1;
  found = isNegative ? -number : number;
  // 007 and -0 are written otherwise.
  return bytes[first] === ZERO && (digits > 1 || isNegative) ? -1 : end;
}

/** Returns where a number ends that begins here, has a dot and is written as Python's repr writes it; -1 where there is none. */
export function floatEnd(bytes: Uint8Array, from: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from;
  let dot = first;
  while (isDigit(bytes[dot])) dot++;
  if (bytes[dot] !== DOT) return -1;
  let end = dot + 1;
  while (isDigit(bytes[end])) end++;
  const whole = dot - first;
  const fraction = end - dot - 1;
  if (whole === 0 || whole > WHOLE_DIGITS || fraction === 0) return -1;
  // 1.50, but not 1.0.
  if (bytes[end - 1] === ZERO && fraction > 1) return -1;
  if (bytes[first] !== ZERO) return whole + fraction <= ALL_DIGITS ? end : -1;
  let zeros = 0;
  while (bytes[dot + 1 + zeros] === ZERO) zeros++;
  const isZero = zeros === fraction;
  return whole === 1 && (isZero || zeros < SMALL_ZEROS) && fraction - zeros <= ALL_DIGITS ? end : -1;
}

function isDigit(byte = 0): boolean {
  return byte >= ZERO && byte <= NINE;
}
