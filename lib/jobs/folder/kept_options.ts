/**
 * The row options of an export that is resumed. Apart from the others, so that a new export does without zod: its first call goes out sooner.
 * @module
 */
import * as z from "zod";
import { UsageError } from "../../errors.ts";
import { visible } from "../../visible.ts";
import { DEFAULT_ROWS, differences, type GivenRows, type RowOption, type RowOptions } from "./row_options.ts";

const SHAPE: z.ZodType<RowOptions> = z.object({
  includeSchemaProfile: z.boolean(),
  exportModels: z.boolean(),
  downloadArtifacts: z.boolean(),
  includeDeleted: z.boolean(),
  experiments: z.array(z.string()),
  sinceMs: z.number().nullable(),
  sinceAge: z.string().optional(),
  untilMs: z.number().nullable(),
  untilAge: z.string().optional(),
  runFilter: z.string(),
  shard: z.object({ index: z.number(), count: z.number() }).nullable(),
  privacyHash: z.string(),
});

/** The row options that export.json kept; null where they are not all there. */
export function keptRowOptions(kept: unknown): RowOptions | null {
  return SHAPE.safeParse(kept).data ?? null;
}

/** Whether a folder was begun with exactly the options that are wanted now. */
export function isBegunWith(wanted: RowOptions, kept: RowOptions): boolean {
  return kept.privacyHash === wanted.privacyHash && differences(kept, wanted).length === 0;
}

/**
 * Throws a UsageError where an option that was given is not the folder's: it would be ignored, for a folder keeps the options that it
 * began with. What was not given is the folder's own.
 */
export function refuseOthers(
  path: string,
  { kept, wanted, given }: { readonly kept: RowOptions; readonly wanted: RowOptions; readonly given: GivenRows },
): void {
  if (kept.privacyHash !== wanted.privacyHash) {
    throw new UsageError(
      `Cannot resume ${visible(path)}: --redact, --exclude-tag or --exclude-param differ from those it was begun with`,
      { hint: "Give them exactly as they were: they are not stored, for they may name what must not be known" },
    );
  }
  const names = (Object.keys(DEFAULT_ROWS) as RowOption[]).filter((name) => given[name] !== undefined);
  const found = differences(kept, wanted, names);
  if (found.length === 0) return;
  const [before, now] = [0, 1].map((side) => found.map((pair) => pair[side]).join(", "));
  throw new UsageError(`Cannot resume ${visible(path)}: it was begun with ${before}; given now: ${now}`, {
    hint: "Leave that out, for a folder keeps what it was begun with; or leave --resume out to export anew",
  });
}
