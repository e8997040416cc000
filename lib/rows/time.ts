/**
 * Times as the reference writes them.
 * @module
 */
import type { Int64 } from "../source/mod.ts";

// Python's datetime spans the years 1 to 9999; the reference writes null for what does not fit.
const FIRST_MS = new Date("0001-01-01T00:00:00Z").getTime();
const LAST_MS = new Date("9999-12-31T23:59:59.999Z").getTime();

/**
 * Milliseconds since the epoch as "2026-11-23T21:07:08.622000Z": UTC, microseconds only where they are not zero.
 * Null for null, and for a time outside the years 1 to 9999.
 */
export function isoUtc(timeMs: Int64 | null): string | null {
  const parts = split(timeMs);
  return parts === null ? null : `${parts.date}T${parts.time}${parts.fraction}Z`;
}

/**
 * Milliseconds since the epoch as pandas prints a time of runs.csv: "2026-11-23 21:07:08.622000+00:00".
 * Empty for null, and for a time outside the years 1 to 9999.
 */
export function pandasUtc(timeMs: Int64 | null): string {
  const parts = split(timeMs);
  return parts === null ? "" : `${parts.date} ${parts.time}${parts.fraction}+00:00`;
}

function split(timeMs: Int64 | null): { date: string; time: string; fraction: string } | null {
  if (timeMs === null) return null;
  const ms = Number(timeMs);
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null;
  const iso = new Date(ms).toISOString();
  const millis = iso.slice(20, 23);
  return { date: iso.slice(0, 10), time: iso.slice(11, 19), fraction: millis === "000" ? "" : `.${millis}000` };
}
