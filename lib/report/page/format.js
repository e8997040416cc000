// @ts-check
/**
 * Numbers, times and durations as a person reads them: in the page's words and in its script. Times are UTC.
 * @module
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// One for all: to make it takes a thousand times as long as to use it.
const COUNTS = new Intl.NumberFormat("en-US");

/**
 * A count: "20,000".
 * @param {number} count
 * @returns {string}
 */
export function formatCount(count) {
  return COUNTS.format(count);
}

/**
 * A count with its noun: "1 run", "20,000 runs".
 * @param {number} count
 * @param {string} noun
 * @param {string} [plural]
 * @returns {string}
 */
export function counted(count, noun, plural = `${noun}s`) {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/**
 * A moment to the minute, or to the second: "2026-11-28 09:03". A dash for none, or for what no calendar has.
 * @param {number | null} ms
 * @param {"day" | "minute" | "second"} [precision]
 * @returns {string}
 */
export function formatTime(ms, precision = "minute") {
  if (ms === null || !(Math.abs(ms) <= 8.64e15)) return "–";
  const text = new Date(ms).toISOString().replace("T", " ");
  const end = text.lastIndexOf(":") + (precision === "second" ? 3 : precision === "minute" ? 0 : -6);
  return text.slice(0, end);
}

/**
 * How long: "1.5 s", "3 min 12 s", "2 h 05 min", "3 d 04 h". A dash for none.
 * @param {number | null} ms
 * @returns {string}
 */
export function formatDuration(ms) {
  if (ms === null) return "–";
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (Math.round(ms / SECOND) < 60) return `${Math.round(ms / SECOND)} s`;
  if (Math.round(ms / SECOND) < 3600) return twoUnits(ms, [MINUTE, "min"], [SECOND, "s"]);
  if (Math.round(ms / MINUTE) < 24 * 60) return twoUnits(ms, [HOUR, "h"], [MINUTE, "min"]);
  return twoUnits(ms, [DAY, "d"], [HOUR, "h"]);
}

/**
 * How long a bar of a picture over time is: "10 minutes".
 * @param {number} ms
 * @returns {string}
 */
export function formatWidth(ms) {
  if (ms >= DAY) return counted(ms / DAY, "day");
  if (ms >= HOUR) return counted(ms / HOUR, "hour");
  if (ms >= MINUTE) return counted(ms / MINUTE, "minute");
  return counted(ms / SECOND, "second");
}

/**
 * A metric's value in five digits; the texts "NaN" and "Infinity" as they are; nothing for none.
 * @param {number | string | null | undefined} value
 * @returns {string}
 */
export function formatValue(value) {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(3).replace("e+", "e");
  if (Number.isInteger(value)) return formatCount(value);
  return String(Number(value.toPrecision(5)));
}

/**
 * @param {number} ms
 * @param {readonly [number, string]} major
 * @param {readonly [number, string]} minor
 * @returns {string}
 */
function twoUnits(ms, [major, majorName], [minor, minorName]) {
  const minors = Math.round(ms / minor);
  const each = Math.round(major / minor);
  return `${formatCount(Math.floor(minors / each))} ${majorName} ${
    String(minors % each).padStart(2, "0")
  } ${minorName}`;
}
