/**
 * What doctor looks at: a part of the document of --json.
 * @module
 */
import * as z from "zod";
import { text } from "./values.ts";

export const checkShape = z.strictObject({
  part: text.describe("what it is about: `MLflow`, `Kiroframe`, `folder` or `settings`"),
  check: text.describe("what was looked at"),
  state: z.enum(["ok", "note", "fault"]).describe("`note`: worth knowing, and no reason not to begin"),
  found: text.describe("what was found"),
  hint: text.nullable().describe("what to do about it"),
  exit_code: z.int().describe("what the program would end with because of it: 0 unless it is a fault"),
});

/** One check as a type. */
export type Check = z.infer<typeof checkShape>;
