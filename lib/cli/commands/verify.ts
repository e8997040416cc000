/**
 * `verify FOLDER`: checks an export folder by itself.
 * @module
 */
import { IncompleteError } from "../../errors.ts";
import { LAYOUT } from "../../folder/layout.ts";
import { count } from "../../jobs/outcome.ts";
import { runVerify } from "../../jobs/verify.ts";
import { visible } from "../../visible.ts";
import type { CommandInput } from "./session.ts";

/** Runs the command. Rejects with an IncompleteError when something is wrong, each problem in the log. */
export async function verifyCommand(
  { operands: [path = ""], session }: CommandInput<"verify">,
): Promise<void> {
  session.progress.start("Checking the folder");
  const { folderPath, problems, unsent, rows, artifacts, unrecordedRuns } = await runVerify(path);
  session.progress.stop();
  session.tell({ folder: folderPath, rows });
  for (const problem of [...problems, ...unsent]) {
    session.logger.error(problem);
    session.progress.failed({ what: "problems", status: null, words: problem });
  }
  if (problems.length > 0) {
    throw new IncompleteError(
      `${visible(folderPath)} is not as its export left it: ${count(problems.length, "problem")}`,
      {
        hint:
          "The lines above name the first bad line of each file, and each bad artifact: export again, or resume if the " +
          "export did not finish",
      },
    );
  }
  if (unsent.length > 0) {
    throw new IncompleteError(`${visible(folderPath)} is whole, but not all of it was imported`, {
      hint: `kiroframe-importer import ${visible(folderPath)} sends what is missing`,
    });
  }
  const lines = Object.entries(rows).map(([name, amount]) => `${name}: ${amount} rows`);
  if (artifacts !== null) lines.push(`${LAYOUT.artifacts}/: ${artifacts} files`);
  if (unrecordedRuns > 0) {
    lines.push(`${LAYOUT.artifacts}/: the files of ${unrecordedRuns} runs were not recorded, and not looked at`);
  }
  session.print(`${lines.join("\n")}\nAll is well.\n`);
}
