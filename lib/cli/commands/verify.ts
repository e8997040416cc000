/**
 * `verify FOLDER`: checks an export folder by itself.
 * @module
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { IncompleteError, UsageError } from "../../errors.ts";
import { verifyFolder } from "../../folder/verify.ts";
import { visible } from "../../terminal/visible.ts";
import type { Session } from "../session.ts";
import { count } from "./export.ts";

/** Runs the command. Rejects with an IncompleteError when something is wrong, each problem in the log. */
export async function verifyCommand(path: string, { logger, screen }: Session): Promise<void> {
  const folder = resolve(path);
  if (!await stat(folder).then((info) => info.isDirectory(), () => false)) {
    throw new UsageError(`Cannot verify ${visible(path)}: there is no such folder`);
  }
  const { problems, rows } = await verifyFolder(folder);
  for (const problem of problems) logger.error(problem);
  if (problems.length > 0) {
    throw new IncompleteError(`${visible(folder)} is not as its export left it: ${count(problems.length, "problem")}`, {
      hint:
        "The lines above name the first bad line of each file: export again, or resume if the export did not finish",
    });
  }
  screen.printText(
    `${Object.entries(rows).map(([name, lines]) => `${name}: ${lines} rows`).join("\n")}\nAll is well.\n`,
  );
}
