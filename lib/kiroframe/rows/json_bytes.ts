/**
 * Finding one's way in the bytes of a JSON text. Each function returns a place, or -1 where the buffer ends too early to tell.
 * UTF-8 makes this safe: no byte of a longer character equals a quote, a brace or a comma.
 * @module
 */

const QUOTE = 0x22, BACKSLASH = 0x5C, COMMA = 0x2C, COLON = 0x3A;
const OPEN_BRACE = 0x7B, CLOSE_BRACE = 0x7D, OPEN_BRACKET = 0x5B, CLOSE_BRACKET = 0x5D;

/** The first byte from `at` on that is no blank. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  for (let place = at; place < bytes.length; place++) {
    if (!isBlank(bytes[place]!)) return place;
  }
  return -1;
}

/** The next item of a list or object, or its closing bracket: what comes after blanks and at most one comma. */
export function itemStart(bytes: Uint8Array, at: number): number {
  const place = skipBlanks(bytes, at);
  return place !== -1 && bytes[place] === COMMA ? skipBlanks(bytes, place + 1) : place;
}

/** The first byte of the value that belongs to the key at `at`. Throws a SyntaxError where there is no key and colon. */
export function valueAfterKey(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) throw new SyntaxError("The row is not JSON: a key is missing");
  const end = endOfString(bytes, at);
  const colon = end === -1 ? -1 : skipBlanks(bytes, end);
  if (colon === -1) return -1;
  if (bytes[colon] !== COLON) throw new SyntaxError("The row is not JSON: a key has no colon");
  return skipBlanks(bytes, colon + 1);
}

/** The place behind the string that begins at `at`. */
export function endOfString(bytes: Uint8Array, at: number): number {
  for (let place = at + 1; place < bytes.length; place++) {
    const byte = bytes[place];
    if (byte === BACKSLASH) place++;
    else if (byte === QUOTE) return place + 1;
  }
  return -1;
}

/** The place behind the value that begins at `at`; a number's end is known only by what follows it. */
export function endOfValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first === QUOTE) return endOfString(bytes, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(bytes, at);
  for (let place = at; place < bytes.length; place++) {
    const byte = bytes[place]!;
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte)) return place;
  }
  return -1;
}

/** Whether the bytes at `at` spell an ASCII text. */
export function spells(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function endOfNested(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let place = at; place < bytes.length; place++) {
    const byte = bytes[place];
    if (byte === QUOTE) {
      const end = endOfString(bytes, place);
      if (end === -1) return -1;
      place = end - 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (--depth === 0) return place + 1;
    }
  }
  return -1;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0A || byte === 0x0D || byte === 0x09;
}
