/**
 * This program's version, the oldest Deno it runs under, and the runtime it does run under.
 * @module
 */
import process from "node:process";

/** As in deno.json. */
export const VERSION = "0.1.0";

/** Major and minor version. */
export const OLDEST_DENO = "2.5";

/** What this runs under, as "Node 26.10.0". */
export function runtimeName(versions: Readonly<Record<string, string | undefined>> = process.versions): string {
  const { deno, bun, node } = versions;
  // Both others say that they are some Node as well.
  if (deno !== undefined) return `Deno ${deno}`;
  return bun === undefined ? `Node ${node}` : `Bun ${bun}`;
}

/** Whether a version, "2.4.4", is older than the one given, "2.5" or "2.7.13". */
export function isTooOld(version: string, oldest: string): boolean {
  const found = version.split(".").map((part) => parseInt(part));
  const parts = oldest.split(".").map(Number);
  const index = parts.findIndex((part, index) => part !== found[index]);
  return index !== -1 && (found[index] ?? 0) < (parts[index] ?? 0);
}
