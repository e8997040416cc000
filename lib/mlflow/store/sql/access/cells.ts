/**
 * What stands in a column, as the rest of this program has it.
 * @module
 */
import type { Int64 } from "../../../../source/mod.ts";
import type { Row } from "./database.ts";

/** Text; "" for null, as MLflow's messages have it. */
export function text(cell: unknown): string {
  return cell === null || cell === undefined ? "" : String(cell);
}

/** An integer; 0 for null. MySQL's come as text beyond 2^53. */
export function int64(cell: unknown): Int64 {
  if (typeof cell === "number") return cell;
  if (cell === null || cell === undefined) return 0;
  const exact = BigInt(cell as string | bigint);
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}

/** Rows of (owner, key, value) as a map. */
export function textMap(rows: readonly Row[] = []): Map<string, string> {
  return new Map(rows.map(([_owner, key, value]) => [text(key), text(value)]));
}
