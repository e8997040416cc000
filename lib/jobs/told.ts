/**
 * What a command tells of itself: the parts of the document of --json that are not counted, and not known to whoever runs every command.
 * @module
 */
import type { Result } from "../shapes/result.ts";

/** Failures of one kind. */
export type FailedGroup = Result["failed"][number];

/** Parts of the document; what is not told is null, or an empty list. */
export interface Told extends
  Partial<
    Pick<
      Result,
      | "source"
      | "kiroframe"
      | "folder"
      | "report"
      | "written"
      | "left_out"
      | "removed_folders"
      | "gone"
      | "rows"
      | "plan"
      | "checks"
    >
  > {
  /** What the folder lacks in all, failures of earlier commands included. */
  readonly missing?: { readonly [what in FailedGroup["what"]]?: number };
}
