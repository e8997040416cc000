/**
 * The document that --json writes: THE one shape of it (docs/json.md is made from these words). Whoever writes it uses the types alone:
 * zod is loaded by the tests and by the documents.
 *
 * A command says its part by `context.tell({ … })`, with keys of {@linkcode resultShape}; a new key is one line here.
 * @module
 */
import * as z from "zod";
import { checkShape } from "./checks.ts";
import { planShape } from "./plan.ts";
import { count, text } from "./values.ts";

/** What the process's exit code says in a word. */
export const OUTCOMES = ["done", "failed", "usage", "incomplete", "refused", "unreachable", "interrupted"] as const;

const rows = z.strictObject({
  experiments: count.describe("rows of experiments"),
  runs: count.describe("rows of runs"),
  models: count.describe("1: the list of registered models, which is one row; else 0"),
});

const artifacts = z.strictObject({
  files: count.describe("files"),
  bytes: count.describe("their bytes"),
});

/** The document. */
export const resultShape = z.strictObject({
  command: text.nullable().describe(
    'the command: "plain" is the one without a word; null where none could be read',
  ),
  version: text.describe("the program's version"),
  outcome: z.enum(OUTCOMES).describe("what the exit code says"),
  exit_code: z.int().describe("the process's exit code"),
  error: z.strictObject({
    message: text.describe("what could not be done, and what was found"),
    hint: text.nullable().describe("what to do about it"),
  }).nullable().describe("why the outcome is not done"),
  source: z.strictObject({
    name: text.describe('kind of tracking system: "MLflow"'),
    version: text.nullable().describe("its version, where it tells it"),
    url: text.describe("its address without user and password"),
  }).nullable().describe("what was read from; null where nothing was"),
  kiroframe: z.strictObject({
    url: text.describe("its address"),
  }).nullable().describe("what was sent to; null where nothing was"),
  folder: text.nullable().describe("absolute path of the folder that was written or worked on"),
  report: text.nullable().describe("absolute path of report.html, where it was written"),
  read: z.strictObject({
    experiments: count.describe("experiments read to their end"),
    runs: count.describe("runs read with their histories"),
    metrics: count.describe("metric histories"),
    points: count.describe("points in them"),
    datasets: count.describe("uses of datasets by runs"),
    models: count.describe("registered models"),
    artifacts: artifacts.describe("fetched now"),
  }).nullable().describe("read from the source by this command, up to a failure too; null where it reads none"),
  unchanged: count.describe("runs taken over from the folder before, not read again (sync)"),
  written: z.strictObject({
    experiments: count.describe("experiments in the folder"),
    runs: count.describe("runs in the folder"),
    points: count.describe("points of their metric histories"),
    datasets: count.describe("rows of experiments_runs_datasets.json"),
    artifacts: artifacts.describe("in the folder"),
    extras: z.record(
      z.string(),
      z.strictObject({
        found: count.nullable().describe("what the source has; null where it could not tell"),
        exported: count.describe("what is in the folder"),
      }),
    ).describe("what there is besides runs and registered models, by its name in summary.json (`logged_models`, …)"),
    files: count.describe("files of rows: all but artifacts, log and report"),
    bytes: count.describe("their bytes"),
  }).nullable().describe("what the folder holds once it is whole, from this and earlier commands; null before that"),
  sent: rows.nullable().describe("acknowledged by Kiroframe in this command; null where it sends none"),
  skipped: rows.nullable().describe("acknowledged earlier, and not sent again"),
  left_out: z.strictObject({
    non_finite: count.describe("values that JSON cannot hold (NaN, Infinity): left out, or sent as null"),
    thinned_points: count.describe("points left out by --max-history-points"),
  }).nullable().describe("of the rows that Kiroframe has now; null where nothing was sent to the end"),
  failed: z.array(z.strictObject({
    what: z.enum([
      "experiments",
      "models",
      "extras",
      "histories",
      "artifacts",
      "experiment rows",
      "run rows",
      "models row",
      "counts",
      "problems",
    ]).describe(
      "what failed: experiments and models that could not be listed, kinds of extras that could not be exported, metric histories, artifacts (a run's count as one), rows that " +
        "Kiroframe did not take, counts that differ, problems that verify found",
    ),
    status: z.int().nullable().describe("the server's last HTTP status"),
    reason: text.describe('what that means, in a word or two: "refused"'),
    count: count.describe("how many failed so"),
    example: text.describe("the words of the first"),
  })).describe("what failed while the rest went on, grouped by what and status"),
  removed_folders: z.array(text).describe("folders that sync removed"),
  gone: z.strictObject({
    experiments: z.array(text).describe("their ids"),
    runs: z.array(text).describe("their ids"),
  }).nullable().describe("sent once and deleted in the source since (sync); null where that is not known"),
  rows: z.record(z.string(), count).nullable().describe("rows by file that verify counted"),
  plan: planShape.nullable().describe("what an export would do (plan, --dry-run); null for other commands"),
  checks: z.array(checkShape).nullable().describe("what doctor looked at, in that order; null for other commands"),
  seconds: z.number().describe("how long the command took"),
  calls: z.strictObject({
    source: count.describe("to the tracking server"),
    kiroframe: count.describe("to Kiroframe"),
    retries: count.describe("waits before a call was repeated"),
  }).describe("HTTP calls, repeated ones included"),
  next: text.nullable().describe("the command to run next, to paste into a shell; `***` stands for a secret"),
});

/** The document as a type. */
export type Result = z.infer<typeof resultShape>;
