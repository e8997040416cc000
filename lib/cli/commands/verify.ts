/**
 * `verify FOLDER`: checks an export folder by itself.
 * @module
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { IncompleteError, messageOf, UsageError } from "../../errors.ts";
import { refuseLaterForm } from "../../folder/later_version.ts";
import { LAYOUT } from "../../folder/layout.ts";
import { openDatabase } from "../../runtime/sqlite.ts";
import { verifyFolder } from "../../folder/verify.ts";
import { ledgerProblems } from "../../kiroframe/ledger/check.ts";
import { visible } from "../../visible.ts";
import type { CommandInput } from "./session.ts";
import { refuseNoExport } from "../../jobs/no_export.ts";
import { count } from "../../jobs/outcome.ts";

/** Runs the command. Rejects with an IncompleteError when something is wrong, each problem in the log. */
export async function verifyCommand(
  { operands: [path = ""], session: { logger, screen } }: CommandInput<"verify">,
): Promise<void> {
  const folder = resolve(path);
  await refuseNoExport(folder, "verify");
  const { problems: found, rows } = await verifyFolder(folder);
  const unsent = importProblems(folder, rows);
  for (const problem of [...found, ...unsent]) logger.error(problem);
  if (found.length > 0) {
    throw new IncompleteError(`${visible(folder)} is not as its export left it: ${count(found.length, "problem")}`, {
      hint:
        "The lines above name the first bad line of each file: export again, or resume if the export did not finish",
    });
  }
  if (unsent.length > 0) {
    throw new IncompleteError(`${visible(folder)} is whole, but not all of it was imported`, {
      hint: `kiroframe-importer import ${visible(folder)} sends what is missing`,
    });
  }
  screen.printText(
    `${Object.entries(rows).map(([name, lines]) => `${name}: ${lines} rows`).join("\n")}\nAll is well.\n`,
  );
}

/** What was imported from the folder and did not arrive. Throws a UsageError where only a later version can tell. */
function importProblems(folder: string, rows: Readonly<Record<string, number>>): string[] {
  const path = join(folder, LAYOUT.state);
  if (!existsSync(path)) return [];
  try {
    const database = openDatabase(path, { readOnly: true });
    try {
      refuseLaterForm(database, path);
      return ledgerProblems(database, { experiments: rows[LAYOUT.experiments] ?? 0, runs: rows[LAYOUT.runs] ?? 0 });
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return [`${LAYOUT.state}: ${messageOf(error)}`];
  }
}
