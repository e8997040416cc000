/**
 * The options that `sync` alone has: a part of the one table.
 * @module
 */
import type { OptionSpec } from "./option.ts";

export const SYNC_OPTIONS = [
  {
    flag: "keep",
    variable: "SYNC_KEEP",
    kind: "count",
    placeholder: "N",
    default: 2,
    max: 1_000_000,
    group: "Where it goes",
    about: "Finished folders of this sync that are kept, the new one included; older ones are removed",
    commands: ["sync"],
  },
  {
    flag: "full",
    kind: "boolean",
    default: false,
    group: "What to export",
    about: "Read everything again, unchanged runs too",
    commands: ["sync"],
  },
  {
    flag: "full-every",
    variable: "SYNC_FULL_EVERY",
    kind: "text",
    placeholder: "AGE",
    default: "7d",
    group: "What to export",
    about: "Read everything again when that was last done longer ago than this: 36h, 7d, 4w",
    commands: ["sync"],
  },
  {
    flag: "wait",
    variable: "SYNC_WAIT",
    kind: "text",
    placeholder: "AGE",
    default: "0m",
    group: "Where it goes",
    about: "Wait so long for another job that syncs the same in this base folder: 10m, 1h; then end with 5",
    commands: ["sync"],
  },
] as const satisfies readonly OptionSpec[];
