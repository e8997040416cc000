/**
 * What each exit code means, for --help and the documents; the classes that carry them are in lib/errors.ts.
 * @module
 */

import type { Result } from "../../shapes/result.ts";

export interface ExitCodeSpec {
  /** The process's exit code. */
  readonly code: number;
  /** The same in a word, as --json has it. */
  readonly outcome: Result["outcome"];
  /** One sentence without its period, beginning with a capital. */
  readonly about: string;
}

/** Every exit code, in order. */
export const EXIT_CODES: readonly ExitCodeSpec[] = [
  { code: 0, outcome: "done", about: "Done" },
  { code: 1, outcome: "failed", about: "Failed; the reason is on standard error and in export.log" },
  { code: 2, outcome: "usage", about: "A parameter is missing or wrong; nothing was written" },
  { code: 3, outcome: "incomplete", about: "Finished, but some rows, histories or files failed (listed)" },
  {
    code: 4,
    outcome: "refused",
    about: "A server refused the credentials (401, 403), or a login page stands before it",
  },
  { code: 5, outcome: "unreachable", about: "A server was unreachable or overloaded; try again later" },
  { code: 130, outcome: "interrupted", about: "Interrupted; what was done is kept" },
];
