/**
 * What each exit code means, for --help and the documents; the classes that carry them are in lib/errors.ts.
 * @module
 */

export interface ExitCodeSpec {
  /** The process's exit code. */
  readonly code: number;
  /** One sentence without its period, beginning with a capital. */
  readonly about: string;
}

/** Every exit code, in order. */
export const EXIT_CODES: readonly ExitCodeSpec[] = [
  { code: 0, about: "Done" },
  { code: 1, about: "Failed; the reason is on standard error and in export.log" },
  { code: 2, about: "A parameter is missing or wrong; nothing was written" },
  { code: 3, about: "Finished, but some rows, histories or files failed (listed)" },
  { code: 4, about: "A server refused the credentials (401 or 403)" },
  { code: 5, about: "A server was unreachable or overloaded; try again later" },
  { code: 130, about: "Interrupted; what was done is kept" },
];
