/**
 * report.html: a folder as a page that a person looks at, made in a second pass over it.
 * @module
 */
import { join } from "node:path";
import { LAYOUT } from "../folder/layout.ts";
import { writeAtomically } from "../folder/write_atomically.ts";
import { VERSION } from "../version.ts";
import { renderPage } from "./html/page.ts";
import { SCRIPT, STYLE } from "./page/assets.ts";
import { readFolder } from "./read/folder.ts";

/** How {@linkcode writeReport} writes. */
export interface ReportOptions {
  /** Takes secrets out of servers' words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
  /** When it is made. @default {now} */
  readonly now?: Date;
}

/**
 * Writes report.html into a folder, or writes it anew; returns its path. Nobody else may be working on the folder.
 * Rejects with a UsageError where the folder is no export, and with an AppError where it cannot be read or written.
 */
export async function writeReport(folder: string, options: ReportOptions = {}): Promise<string> {
  const { redact = (text) => text, now = new Date() } = options;
  const facts = await readFolder(folder, { redact });
  const maker = {
    nowMs: now.getTime(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    offsetMinutes: -now.getTimezoneOffset(),
    version: VERSION,
  };
  const path = join(folder, LAYOUT.report);
  await writeAtomically(path, renderPage(facts, { maker, assets: { script: SCRIPT, style: STYLE } }));
  return path;
}
