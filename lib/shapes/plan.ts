/**
 * What a plan tells: a part of the document of --json.
 * @module
 */
import * as z from "zod";
import { count, text } from "./values.ts";

const seconds = z.number().min(0);

export const planShape = z.strictObject({
  experiments: z.strictObject({
    exported: count.describe("experiments that would be exported"),
    left_out_by_name: count.describe("others, which --experiment leaves out"),
    left_out_by_shard: count.describe("others, which --shard leaves to other machines"),
  }),
  runs: z.strictObject({
    exported: count.describe("runs that would be exported"),
    left_out: count.describe("others of the same experiments, which --since, --until and --run-filter leave out"),
    unchanged: count.describe("of those exported, runs whose histories would be taken over and not read again (sync)"),
  }),
  metrics: count.describe("metric histories that would be read"),
  points: count.describe("points in them"),
  points_counted: z.boolean().describe(
    "whether metrics and points were counted; else they are reckoned from sampled_runs",
  ),
  sampled_runs: count.describe("runs whose histories were read to measure by"),
  models: count.nullable().describe("registered models; null where none would be exported"),
  model_versions: count.nullable().describe("versions of them"),
  logged_models: count.nullable().describe("MLflow 3 logged models; null where the source has none"),
  prompts: count.nullable().describe(
    "prompts of the registry; null where the source has none, or another shard has them",
  ),
  traces: count.nullable().describe(
    "traces, which --export-traces exports; null where there are none, or it cannot be told",
  ),
  extras: z.record(z.string(), count.nullable()).describe(
    "what the source has besides runs and registered models, by its name in summary.json, the three above among it; " +
      "null where the source has none, it cannot be told, or another shard has it",
  ),
  artifacts: z.strictObject({
    files: count.describe("files, reckoned from some runs"),
    bytes: count.describe("their bytes"),
  }).nullable().describe("null where none would be fetched"),
  calls: z.strictObject({
    total: count.describe("HTTP calls to the tracking server; 0 for a store"),
    runs: count.describe("to list runs and to read their histories"),
    models: count.describe(
      "to list registered models, logged models, prompts, traces and the like",
    ),
    artifacts: count.describe("to list and fetch artifacts"),
    other: count.describe("first contact, experiments, and what the account is asked"),
  }),
  seconds: z.strictObject({
    total: seconds.describe("how long the export would take, about, by what the server's answers took now"),
    runs: seconds.describe("of that, runs and their histories"),
    models: seconds.describe("registered models, logged models, prompts and traces"),
    artifacts: seconds.describe("artifacts"),
    finishing: seconds.describe("the start, runs.csv, hashes and report.html"),
  }),
  disk: z.strictObject({
    bytes: count.describe("bytes that the folder would take, about, artifacts included"),
    free_bytes: count.nullable().describe("bytes that are free where it would be; null where the system does not tell"),
  }),
  kiroframe: z.strictObject({
    rows: count.describe("rows that would be sent, one call each: experiments, runs, and one for all models"),
    bytes: count.describe("bytes of them, about"),
  }).nullable().describe("null where nothing would be sent"),
  unlistable: z.array(z.strictObject({
    experiment_id: text.describe("its id"),
    name: text.describe("its name"),
    reason: text.describe("the server's words"),
  })).describe("experiments whose runs cannot be listed"),
});

/** A plan as a type. */
export type Plan = z.infer<typeof planShape>;
