/**
 * Which row a line is where its beginning does not tell: rows that something else than an export wrote.
 * @module
 */
import { Buffer } from "node:buffer";
import { parseJson } from "../../json/exact.ts";
import type { RowIds } from "../../lines/row_head.ts";

/** Finds the ids by parsing the whole row, whoever wrote it; undefined where it is no row. */
export function idsOfRow(row: Uint8Array): RowIds | undefined {
  let parsed: unknown;
  try {
    parsed = parseJson(Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
  const { experiment_id: experimentId, experiment_name: experimentName, run_id: runId } = (parsed ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof experimentId !== "string") return undefined;
  return {
    experimentId,
    experimentName: typeof experimentName === "string" ? experimentName : "",
    runId: typeof runId === "string" ? runId : null,
  };
}
