/**
 * The row options of an export that is resumed. Apart from the others, so that a new export does without zod: its first call goes out sooner.
 * @module
 */
import * as z from "zod";
import { UsageError } from "../errors.ts";
import type { RowOptions } from "./row_options.ts";

const SHAPE: z.ZodType<RowOptions> = z.object({
  includeSchemaProfile: z.boolean(),
  exportModels: z.boolean(),
  downloadArtifacts: z.boolean(),
  includeDeleted: z.boolean(),
  experiments: z.array(z.string()),
  sinceMs: z.number().nullable(),
  untilMs: z.number().nullable(),
  runFilter: z.string(),
  shard: z.object({ index: z.number(), count: z.number() }).nullable(),
  privacyHash: z.string(),
});

/** Takes them from what export.json kept. Throws a UsageError where they are not all there, or the privacy rules differ. */
export function keptRowOptions(kept: unknown, wanted: RowOptions): RowOptions {
  const parsed = SHAPE.safeParse(kept);
  if (!parsed.success) {
    throw new UsageError(`Cannot use the options of export.json: ${z.prettifyError(parsed.error)}`, {
      hint: "The folder was made by another version of this program, or changed: export anew",
    });
  }
  if (parsed.data.privacyHash !== wanted.privacyHash) {
    throw new UsageError(
      "Cannot resume: --redact, --exclude-tag or --exclude-param differ from those the export began with",
      {
        hint: "Give them exactly as they were: they are not stored, for they may name what must not be known",
      },
    );
  }
  return parsed.data;
}
