/**
 * JSON as MLflow and Python write it: replies with bare NaN and int64 are read without loss, and values are written
 * digit for digit as Python's json module writes them.
 * @module
 */

// An integer that a double may round has 16 digits and begins with 9, or has more digits. What stands before it keeps
// fractions (0.12345678901234567) and ids in strings away. A false alarm costs time only, so the end is not looked at.
const MAYBE_UNSAFE_INTEGER = /(?:^|[\s:,[-])(?:9\d{15}|[1-9]\d{16})/;

// Only a whole value may be one of these tokens: not a key, not the end of another token.
const BARE_TOKEN = /(?<=(?:^|[[:,])\s*)(?:NaN|-?Infinity)(?=\s*(?:[\],}]|$))/y;

/**
 * Parses JSON. Two things that plain JSON.parse loses are kept: integers beyond 2^53 come as bigint, and the bare tokens
 * NaN, Infinity and -Infinity (MLflow's get-history-bulk writes them) as numbers.
 *
 * @throws {SyntaxError} that shows the place, for everything else that is not JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return parseExact(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return parseRepaired(text, error);
  }
}

/**
 * Whether text that does not parse is the beginning of a JSON text: empty, or ended inside a string, list or object.
 * Such a reply broke on its way and is worth asking for again.
 */
export function isCutJson(text: string): boolean {
  const marks = /["[\]{}]/g;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      // Not by a regular expression: for a string of megabytes it would need more than the stack has.
      const end = endOfString(text, mark.index);
      if (end === Infinity) return true;
      marks.lastIndex = end + 1;
    } else depth += mark[0] === "[" || mark[0] === "{" ? 1 : -1;
  }
  return depth > 0 || text.trim() === "";
}

/**
 * Returns the JSON text of a string as Python's `json.dumps(text, ensure_ascii=False)` writes it. A lone surrogate, which
 * no UTF-8 file can hold, is written as its \ud800 to \udfff escape.
 */
export function pyString(text: string): string {
  // JSON.stringify escapes exactly what Python escapes, in the same (lower case) form.
  return JSON.stringify(text);
}

/**
 * Returns a number as Python's repr of a float: "3.0", "1e-07", "-0.0". Values that JSON does not have come as the
 * strings "NaN", "Infinity" and "-Infinity", double quotes included.
 */
export function pyFloat(value: number): string {
  const size = Math.abs(value);
  // Between these two, Python and JavaScript write the same digits and no exponent.
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : `${value}`;
  if (size === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (!Number.isFinite(value)) return `"${value}"`;
  const text = value.toExponential();
  // Python gives the exponent two digits at least; JavaScript one.
  return text.at(-2) === "-" ? `${text.slice(0, -1)}0${text.slice(-1)}` : text;
}

/**
 * Returns an integer as Python writes it: all digits, no exponent.
 *
 * @throws {RangeError} if the value is not an integer.
 */
export function pyInt(value: number | bigint): string {
  return Number.isSafeInteger(value) ? `${value}` : BigInt(value).toString();
}

function parseExact(text: string): unknown {
  return MAYBE_UNSAFE_INTEGER.test(text) ? JSON.parse(text, reviveInteger) : JSON.parse(text);
}

function reviveInteger(_key: string, value: unknown, context?: { readonly source: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || context === undefined) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

function parseRepaired(text: string, error: SyntaxError): unknown {
  const mark = unusedCharacter(text);
  const repaired = replaceBareTokens(text, `"${mark}"`);
  if (repaired === text) throw error;
  try {
    return restoreNaN(parseExact(repaired), mark);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SyntaxError(cause.message.replaceAll(`"${mark}"`, "NaN").replaceAll("1e999999", "Infinity"), { cause });
  }
}

/** A character of the private use area that the text does not hold: it can stand for NaN. */
function unusedCharacter(text: string): string {
  for (let code = 0xe000; code < 0xf8ff; code++) {
    const character = String.fromCharCode(code);
    if (!text.includes(character)) return character;
  }
  throw new SyntaxError("Cannot parse JSON: it holds a bare NaN and every character of the private use area");
}

/**
 * Puts text of the same length in place of the bare tokens, so that places in error messages stay right: numbers that
 * JSON.parse reads as infinite, and the string given for NaN.
 */
function replaceBareTokens(text: string, stringForNaN: string): string {
  const parts: string[] = [];
  let done = 0;
  let openQuote = text.indexOf('"');
  for (const { index } of text.matchAll(/NaN|-?Infinity/g)) {
    // Skips the strings that end before the token: indexOf runs many times faster than a regular expression for strings.
    let closeQuote = openQuote;
    while (openQuote !== -1 && openQuote < index) {
      closeQuote = endOfString(text, openQuote);
      if (closeQuote > index) break;
      openQuote = text.indexOf('"', closeQuote + 1);
    }
    if (closeQuote > index && openQuote < index) continue;
    BARE_TOKEN.lastIndex = index;
    const token = BARE_TOKEN.exec(text)?.[0];
    if (token === undefined) continue;
    parts.push(text.slice(done, index), token === "NaN" ? stringForNaN : token.replace("Infinity", "1e999999"));
    done = index + token.length;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(done);
}

/** The place of the quote that ends the string begun at `start`; Infinity if it never ends. */
function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return Infinity;
  } while (isEscaped(text, end));
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** Turns each string that is the mark into NaN, in place. Without recursion: replies may be nested deeply. */
function restoreNaN(value: unknown, mark: string): unknown {
  const root = [value];
  const open: object[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    const children = holder as Record<string | number, unknown>;
    const keys = Array.isArray(holder) ? holder.keys() : Object.keys(holder);
    for (const key of keys) {
      const child = children[key];
      if (child === mark) children[key] = NaN;
      else if (typeof child === "object" && child !== null) open.push(child);
    }
  }
  return root[0];
}
