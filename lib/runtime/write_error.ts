/**
 * Why a file could not be written, in words.
 * @module
 */
import { AppError } from "../errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on the device",
  EFBIG: "the file would become too large",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EMFILE: "too many files are open",
};

/** The error for a file that cannot be written: says why in words, and what to do. */
export function writeError(path: string, error: unknown): AppError {
  const text = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException)?.code ?? "";
  // Deno gives some failures no code, and SQLite tells its own in words only.
  const isFull = ["ENOSPC", "EDQUOT", "EFBIG"].includes(code) || /disk is full|file too large/i.test(text);
  return new AppError(`Cannot write ${path}: ${REASONS[code] ?? text}`, {
    cause: error,
    hint: isFull
      ? "Make room, then go on: nothing that was written is lost"
      : "Check the folder's permissions, or choose another one",
  });
}
