/**
 * The check of a folder as a job: what its export left, and what Kiroframe has of it.
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { messageOf, UsageError } from "../errors.ts";
import { refuseLaterForm } from "../folder/later_version.ts";
import { LAYOUT } from "../folder/layout.ts";
import { type Verification, verifyFolder } from "../folder/verify/mod.ts";
import { ledgerProblems } from "../kiroframe/ledger/check.ts";
import { readDatabase } from "../runtime/sqlite.ts";
import { refuseNoExport } from "./folder/no_export.ts";

/** What {@linkcode runVerify} found. */
export interface VerifyOutcome extends Verification {
  /** The folder's absolute path. */
  readonly folderPath: string;
  /** What was imported and did not arrive, one sentence each. */
  readonly unsent: readonly string[];
}

/** Checks a folder, and writes nothing. Rejects with a UsageError where there is none, or only a later version can read it. */
export async function runVerify(path: string): Promise<VerifyOutcome> {
  const folderPath = resolve(path);
  await refuseNoExport(folderPath, "verify");
  const verification = await verifyFolder(folderPath);
  return { ...verification, folderPath, unsent: importProblems(folderPath, verification.rows) };
}

function importProblems(folder: string, rows: Readonly<Record<string, number>>): string[] {
  const path = join(folder, LAYOUT.state);
  if (!existsSync(path)) return [];
  try {
    return readDatabase(path, (database) => {
      refuseLaterForm(database, path);
      return ledgerProblems(database, { experiments: rows[LAYOUT.experiments] ?? 0, runs: rows[LAYOUT.runs] ?? 0 });
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return [`${LAYOUT.state}: ${messageOf(error)}`];
  }
}
