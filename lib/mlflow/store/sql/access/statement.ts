/**
 * Statements with the values that they are about, in the forms of the databases' own libraries.
 * @module
 */
import type { Parameter } from "./database.ts";

/** Writes `?` and `in ?` out for libraries that know neither names nor lists: a `?` for each value. */
export function withMarks(statement: string, values: readonly Parameter[]): [statement: string, values: Scalar[]] {
  let index = 0;
  const text = statement.replaceAll("?", () => {
    const value = values[index++];
    return Array.isArray(value) ? `(${value.map(() => "?").join(", ") || "null"})` : "?";
  });
  return [text, values.flat() as Scalar[]];
}

/** Writes `?` as `$1` and `in ?` as `= any($1)`: PostgreSQL. */
export function withNumbers(statement: string, values: readonly Parameter[]): string {
  let index = 0;
  return statement.replaceAll(/(not )?\bin \?|\?/g, (marks, not: string | undefined) => {
    const isList = Array.isArray(values[index++]);
    if (!isList) return `$${index}`;
    return marks === "?" ? `$${index}` : not === undefined ? `= any($${index})` : `<> all($${index})`;
  });
}

/** One value. */
export type Scalar = string | number | bigint;
