/**
 * How pages of runs fit together when they are asked for by place, several at once, while runs come and go.
 * @module
 */
import { Buffer } from "node:buffer";
import type { Run } from "../../../source/mod.ts";

/** Orders runs as MLflow lists them: start_time DESC (none last), then run_id ASC. */
export function compareRuns(a: Run, b: Run): number {
  if (a.startTime !== b.startTime) return a.startTime > b.startTime ? -1 : 1;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** Whether runs stand in MLflow's own order; if not, places mean nothing and only tokens do. */
export function isInOrder(runs: readonly Run[]): boolean {
  return runs.every((run, index) => index === 0 || compareRuns(runs[index - 1] ?? run, run) <= 0);
}

/**
 * Whether a page goes on where the runs before it ended: its first run is the last one before, or comes earlier (runs were
 * added meanwhile). Otherwise runs went away, and some may stand between the two.
 */
export function joins(page: readonly Run[], last: Run): boolean {
  const [first] = page;
  return first !== undefined && compareRuns(first, last) <= 0;
}

/** Returns the place that a page token stands for; null for tokens of other kinds. */
export function offsetOfToken(token: string): number | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    if (typeof content !== "object" || content === null || Object.keys(content).length !== 1) return null;
    const { offset } = content as { readonly offset?: unknown };
    return typeof offset === "number" && Number.isSafeInteger(offset) && offset >= 0 ? offset : null;
  } catch {
    return null;
  }
}

/** Returns the page token for a place, as MLflow makes them; none for the first place, whose token MLflow refuses. */
export function tokenOfOffset(offset: number): string | undefined {
  return offset === 0 ? undefined : Buffer.from(`{"offset": ${offset}}`).toString("base64");
}
