/**
 * `report FOLDER`: an export as a page to look at.
 * @module
 */
import { runReport } from "../../jobs/report.ts";
import { openPage } from "./open_page.ts";
import type { CommandInput } from "./session.ts";

/** Runs the command, and prints where the page is. Rejects with an AppError. */
export async function reportCommand({ operands: [path = ""], config, session }: CommandInput<"report">): Promise<void> {
  session.progress.start("Writing the report");
  const page = await runReport(path, session);
  session.progress.stop();
  session.print(`${page}\n`);
  if (config.open) await openPage(page, { env: config.environment, logger: session.logger });
}
