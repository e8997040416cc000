/**
 * How to tell from a listing that a run's histories are what they were: all that it can show, and no more.
 *
 * It sees: a status or end that changed, a metric that is new or gone, a latest value, step or time that changed. It does not see
 * points that were added to an ended run at earlier steps than its latest, nor files added to its artifacts: for these, everything is
 * read again from time to time.
 * @module
 */
import { createHash } from "node:crypto";
import type { Run } from "../../source/mod.ts";

/** Statuses of runs that may still log. */
const GOING_ON: ReadonlySet<string> = new Set(["RUNNING", "SCHEDULED"]);

/** Returns text that is equal while a run's histories are; null for a run that has not ended, or whose source does not tell enough. */
export function fingerprintOf({ status, endTime, metrics, latestPlaces }: Run): string | null {
  if (endTime === null || GOING_ON.has(status) || latestPlaces === undefined) return null;
  // One text, hashed in one go: a call of the runtime's for each metric costs more than the hash itself.
  let text = JSON.stringify([status, String(endTime)]);
  for (const [key, value] of metrics) {
    const place = latestPlaces.get(key);
    if (place === undefined) return null;
    text += JSON.stringify([key, String(value), String(place.step), String(place.timestamp)]);
  }
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
