/**
 * The options that decide which rows an export has, and what is in them: kept in export.json, so that a resumed export keeps to them.
 * @module
 */
import { z } from "zod";
import { UsageError } from "../../errors.ts";

const shape = z.object({
  includeSchemaProfile: z.boolean(),
  exportModels: z.boolean(),
  downloadArtifacts: z.boolean(),
});

/** Options of the command line, by the names that the Config has. */
export type RowOptions = Readonly<z.infer<typeof shape>>;

/** Picks them from a Config, or from what export.json kept. Throws a UsageError where one is missing. */
export function rowOptionsOf(from: unknown): RowOptions {
  const parsed = shape.safeParse(from);
  if (parsed.success) return parsed.data;
  throw new UsageError(`Cannot use the options of export.json: ${z.prettifyError(parsed.error)}`, {
    hint: "The folder was made by another version of this program, or changed: export anew",
  });
}
