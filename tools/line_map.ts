/**
 * Cuts a bundler's source map down to what a log line and a stack need of it: file and line of our own source. The whole
 * map of a minified bundle is three times the bundle's size, and reading it would double the program's start.
 * @module
 */

/** A source map, version 3 (ECMA-426). */
export interface SourceMapV3 {
  /** 3. */
  readonly version: number;
  /** Paths of the source files. */
  readonly sources: readonly string[];
  /** Names in the source that the generated code has lost. */
  readonly names: readonly string[];
  /** For each generated line, after ";", its segments, after ",". */
  readonly mappings: string;
}

/** How {@linkcode toLineMap} cuts. */
export interface LineMapOptions {
  /** Returns the name under which a source is kept, or undefined to leave it out. */
  readonly keep: (source: string) => string | undefined;
  /** Lines that were put before the generated ones. @default {0} */
  readonly linesBefore?: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Returns a map without names, contents and foreign sources, and with one mapping where the source's line changes. What
 * comes from foreign sources is marked as coming from nowhere, so that no line before it is taken for theirs.
 */
export function toLineMap(map: SourceMapV3, { keep, linesBefore = 0 }: LineMapOptions): SourceMapV3 {
  const kept = new Map<number, number>();
  const sources: string[] = [];
  for (const [index, source] of map.sources.entries()) {
    const name = keep(source);
    if (name === undefined) continue;
    kept.set(index, sources.length);
    sources.push(name);
  }
  let [source, line, column] = [0, 0, 0];
  let [writtenSource, writtenLine, writtenColumn] = [0, 0, 0];
  const lines = map.mappings.split(";").map((text) => {
    let [generated, writtenGenerated] = [0, 0];
    let last = "";
    const segments: string[] = [];
    for (const segment of text === "" ? [] : text.split(",")) {
      const fields = decodeVlq(segment);
      generated += fields[0] ?? 0;
      source += fields[1] ?? 0;
      line += fields[2] ?? 0;
      column += fields[3] ?? 0;
      const target = fields.length === 1 ? undefined : kept.get(source);
      const place = target === undefined ? "nowhere" : `${target}:${line}`;
      if (place === last) continue;
      last = place;
      const written = [generated - writtenGenerated];
      writtenGenerated = generated;
      if (target !== undefined) {
        written.push(target - writtenSource, line - writtenLine, column - writtenColumn);
        [writtenSource, writtenLine, writtenColumn] = [target, line, column];
      }
      segments.push(written.map(encodeVlq).join(""));
    }
    return segments.join(",");
  });
  return { version: 3, sources, names: [], mappings: ";".repeat(linesBefore) + lines.join(";") };
}

/** Reads one segment: numbers in base 64, least digits first, the lowest bit their sign. */
export function decodeVlq(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    if (digit === -1) throw new SyntaxError(`Cannot read the source map: "${character}" is no base 64 digit`);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
    [value, shift] = [0, 0];
  }
  return numbers;
}

/** Writes one number as {@linkcode decodeVlq} reads it. */
export function encodeVlq(number: number): string {
  let rest = number < 0 ? -number * 2 + 1 : number * 2;
  let text = "";
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += DIGITS[digit + (rest > 0 ? 32 : 0)];
  } while (rest > 0);
  return text;
}
