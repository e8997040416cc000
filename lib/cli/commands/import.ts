/**
 * `import FOLDER`: an export made earlier, to Kiroframe.
 * @module
 */
import { runImport } from "../../jobs/import.ts";
import { failIfIncomplete } from "../../jobs/outcome.ts";
import { importJobOf } from "./job_options.ts";
import type { CommandInput } from "./session.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when some rows were refused. */
export async function importCommand({ operands: [path = ""], config, session }: CommandInput<"import">): Promise<void> {
  const { trackingUrl, importType } = config;
  const origin = trackingUrl === undefined ? undefined : { importType, trackingUrl };
  failIfIncomplete((await runImport({ path, origin }, importJobOf(config), session)).failures);
}
