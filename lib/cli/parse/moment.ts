/**
 * Moments as people write them: a date, a time, or how long ago.
 * @module
 */
import { UsageError } from "../../errors.ts";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment as it was said. */
export interface Moment {
  /** In milliseconds since the epoch. */
  readonly ms: number;
  /** How long ago, where it was said so: "36h". */
  readonly age?: string;
}

/** What {@linkcode readMoment} needs besides the text. */
export interface MomentOptions {
  /** The flag, for the error. */
  readonly flag: string;
  /** Now, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Reads "2026-11-23", "2026-11-23T21:07:08", the same with "Z" or "+01:00" (UTC where no zone is given), or "36h" for 36 hours ago
 * (m, h, d, w). Throws a UsageError for anything else.
 */
export function readMoment(text: string, { flag, nowMs }: MomentOptions): Moment {
  const ago = /^(\d+)([mhdw])$/.exec(text);
  if (ago !== null) return { ms: nowMs - Number(ago[1]) * (UNIT_MS[ago[2] ?? ""] ?? 0), age: text };
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const ms = match === null ? NaN : Date.parse(`${match[1]}T${match[2] ?? "00:00"}${match[3] ?? "Z"}`);
  if (!Number.isNaN(ms)) return { ms };
  throw new UsageError(
    `Cannot use ${flag} "${text}": expected a date (2026-11-23), a time (2026-11-23T21:07:08Z) or how long ago (36h, 7d)`,
  );
}

/** Reads "36h" as milliseconds (m, h, d, w). Throws a UsageError for anything else. */
export function readAge(text: string, flag: string): number {
  const age = /^(\d+)([mhdw])$/.exec(text);
  if (age !== null) return Number(age[1]) * (UNIT_MS[age[2] ?? ""] ?? 0);
  throw new UsageError(`Cannot use ${flag} "${text}": expected a time such as 36h, 7d or 4w`);
}
