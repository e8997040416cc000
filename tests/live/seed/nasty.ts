/**
 * Text and numbers that break careless writers of CSV and JSON, careless sorters and careless maps.
 * @module
 */
import type { Random } from "./random.ts";

/** Pieces of values and names, where the server takes any text. */
export const pieces: readonly string[] = [
  "plain",
  " ",
  ",",
  ";",
  "\t",
  "\n",
  "\r",
  "\r\n",
  '"',
  '""',
  "'",
  "`",
  "\\",
  "\\n",
  "\\u0041",
  "{braces}",
  "{}",
  "{0}",
  "100%",
  "%s",
  "%2F",
  "/",
  "<b>&amp;</b>",
  "=1+1",
  "@sum",
  "-",
  "+",
  "#",
  "null",
  "None",
  "nan",
  "NaN",
  "Infinity",
  "true",
  "1e5",
  "007",
  "grüße",
  "☃",
  "🚀",
  "👩‍👩‍👧",
  "𝒳",
  "学习率",
  "مرحبا",
  "e\u0301",
  "\u00a0",
  "\u2028",
  "\u2029",
  "\u0085",
  "\u200b",
  "\ufeff",
  "\u0001",
  "\u001b[31m",
  "\u007f",
  "\ufffd",
];

/**
 * Keys of metrics, params and tags that every release takes: integer-like ones that a plain object would move to the front, names that
 * every object already has, and letters that sort differently by UTF-16 unit than by code point (fullwidth A and a script X).
 */
export const keys: readonly string[] = [
  "10",
  "2",
  "1",
  "-1",
  "01",
  "1.0",
  "4294967294",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  "prototype",
  "then",
  "𝒳",
  "Ａ",
  "ﬁ",
  "Z",
  "a",
  "ä",
  "train/loss",
  "train.loss",
  "train loss",
  "train-loss",
  "学习率",
  "run_id",
  "metrics.loss",
  "k".repeat(250),
];

/** Values of metrics. NaN and the infinities travel as text. */
export const numbers: readonly (number | string)[] = [
  0,
  "-0.0",
  1,
  3,
  -1.5,
  0.1 + 0.2,
  5e-324,
  2.2250738585072014e-308,
  1e-7,
  0.0001,
  0.00001,
  123456789012345680,
  1e15,
  1e16,
  1e21,
  1e22,
  1.5e300,
  1.7976931348623157e308,
  9007199254740993,
  100,
  1 / 3,
  "NaN",
  "Infinity",
  "-Infinity",
];

/** Steps, some beyond what a double can count. */
export const steps: readonly (number | bigint)[] = [
  0,
  1,
  2,
  -1,
  -5,
  2 ** 31,
  2 ** 40,
  9007199254740993n,
  9223372036854775807n,
  -9007199254740993n,
  -9223372036854775808n,
];

/** Returns random text of up to that many pieces. */
export function nastyText(random: Random, most: number): string {
  return Array.from({ length: random.int(1, most) }, () => random.pick(pieces)).join("");
}
