/**
 * `report FOLDER`: an export as a page to look at.
 * @module
 */
import { runReport } from "../../jobs/report.ts";
import type { CommandInput } from "./session.ts";

/** Runs the command, and prints where the page is. Rejects with an AppError. */
export async function reportCommand({ operands: [path = ""], session }: CommandInput<"report">): Promise<void> {
  session.screen.printText(`${await runReport(path, session)}\n`);
}
