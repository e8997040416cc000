/**
 * Why a file could not be written, in words.
 * @module
 */
import { AppError, messageOf } from "../errors.ts";
import { isDatabaseError } from "./sqlite.ts";

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
  const text = messageOf(error);
  const code = (error as NodeJS.ErrnoException)?.code ?? "";
  return new AppError(`Cannot write ${path}: ${REASONS[code] ?? text}`, { cause: error, hint: hintFor(error, code) });
}

function hintFor(error: unknown, code: string): string {
  // Deno gives a file that grew too large no code.
  const isFull = ["ENOSPC", "EDQUOT", "EFBIG"].includes(code) || isDatabaseError(error, "full") ||
    (code === "" && /file too large/i.test(messageOf(error)));
  if (isFull) return "Make room, then go on: nothing that was written is lost";
  if (isDatabaseError(error, "disk")) return "Check the disk, then go on: nothing that was written is lost";
  return "Check the folder's permissions, or choose another one";
}
