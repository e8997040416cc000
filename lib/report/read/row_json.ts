/**
 * JSON of rows, those of the reference included: it writes a bare NaN.
 * @module
 */
import { parseJson } from "../../json/exact.ts";

/** Parses JSON; bare NaN and Infinity are numbers. @throws {SyntaxError} for everything else that is not JSON. */
export function parseRow(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Many times slower, and seldom needed.
    if (error instanceof SyntaxError) return parseJson(text);
    throw error;
  }
}
