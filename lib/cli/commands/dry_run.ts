/**
 * --dry-run of the commands that export, and what `plan` does: says what would be done, and does nothing of it.
 * @module
 */
import process from "node:process";
import { IncompleteError, UsageError } from "../../errors.ts";
import { count } from "../../jobs/outcome.ts";
import { runPlan } from "../../jobs/plan/run.ts";
import { planText } from "../tell/plan.ts";
import { type ExportConfig, exportJobOf } from "./job_options.ts";
import type { Session } from "./session.ts";

/** How long the program took until here, as an export will: this is loaded when a plan begins. A longer time is no start but the age of another program. */
const START_MS = Math.min(5_000, 1_000 * process.uptime());

/** What is planned. */
export interface DryRunOptions {
  /** Whether the folder would be sent to Kiroframe. */
  readonly sends: boolean;
  /** A finished folder that what is unchanged would be taken over from. @default {none} */
  readonly previous?: string;
  readonly session: Session;
}

/** Prints the plan. Rejects with an AppError; with an IncompleteError where runs cannot be listed. */
export async function dryRun(config: ExportConfig, { sends, previous, session }: DryRunOptions): Promise<void> {
  if (config.resume !== undefined) {
    throw new UsageError("Cannot use --dry-run with --resume: a plan is of a whole export", {
      hint: "Leave --resume out",
    });
  }
  const job = { export: exportJobOf(config), sends, reports: config.report, previous, startMs: START_MS };
  const outcome = await runPlan(job, session);
  session.print(planText(outcome));
  const { unlistable } = outcome.plan;
  if (unlistable.length === 0) return;
  throw new IncompleteError(`The runs of ${count(unlistable.length, "experiment")} cannot be listed`, {
    hint: "An export leaves these out, and asks for them again with --resume",
  });
}
