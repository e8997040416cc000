/**
 * JSON of somebody else's, as it goes into a row.
 * @module
 */
import { pyFloat } from "../json/exact.ts";
import { type JsonRow, RawJson } from "../json/python.ts";
import type { Json } from "../source/mod.ts";

/** Returns what a row is made of: numbers keep their digits. */
export function jsonRow(value: Json): JsonRow {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : new RawJson(pyFloat(value));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(jsonRow);
  return new Map(Object.entries(value).map(([key, member]) => [key, jsonRow(member as Json)]));
}
