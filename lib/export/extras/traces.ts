/**
 * traces.jsonl: experiment by experiment, each of them durable before the next begins, so that --resume goes on with the first that is missing.
 * @module
 */
import { rm } from "node:fs/promises";
import { endsEverything, messageOf } from "../../errors.ts";
import { AppendFile } from "../../folder/append_file.ts";
import { traceLine } from "../../rows/traces.ts";
import type { Experiment, Extras } from "../../source/mod.ts";
import type { ExtraCount } from "../state/extras.ts";
import type { ExtrasOptions } from "./options.ts";

/** The name under which the folder keeps how far the traces are. */
const KEPT = "traces";

interface TraceProgress {
  /** Bytes of traces.jsonl that belong to experiments that are done. */
  readonly bytes: number;
  /** Traces by experiment that is done. */
  readonly done: Readonly<Record<string, number>>;
}

/** What {@linkcode writeTraces} takes. */
export interface TracesOptions extends ExtrasOptions {
  readonly traces: NonNullable<Extras["traces"]>;
  /** With their spans. */
  readonly withSpans: boolean;
}

/** Writes all traces of the experiments, and returns how many there are; the first failure is told, and the others go on. */
export async function writeTraces(options: TracesOptions): Promise<ExtraCount> {
  const { folder, experiments, redact = (text) => text } = options;
  const path = folder.file("traces");
  let progress = (folder.state.kept(KEPT) ?? { bytes: 0, done: {} }) as TraceProgress;
  const file = await AppendFile.open(path, progress.bytes);
  let error: string | undefined;
  try {
    for (const experiment of experiments) {
      if (experiment.id in progress.done) continue;
      try {
        const count = await writeExperiment(file, experiment, options);
        await file.sync();
        progress = { bytes: file.length, done: { ...progress.done, [experiment.id]: count } };
        folder.state.keep(KEPT, progress);
      } catch (failure) {
        if (endsEverything(failure)) throw failure;
        await file.cutTo(progress.bytes);
        error ??= `experiment ${experiment.id}: ${redact(messageOf(failure))}`;
      }
    }
  } finally {
    await file.close();
  }
  const count = Object.values(progress.done).reduce((sum, of) => sum + of, 0);
  if (progress.bytes === 0) await rm(path, { force: true });
  return { found: error === undefined ? count : null, exported: count, error };
}

async function writeExperiment(
  file: AppendFile,
  experiment: Experiment,
  { traces, withSpans, progress, signal }: TracesOptions,
): Promise<number> {
  let count = 0;
  progress.detail(experiment.name);
  for await (const trace of traces(experiment, { withSpans, signal })) {
    signal?.throwIfAborted();
    await file.write(`${traceLine(trace, experiment)}\n`);
    count++;
    progress.advance();
  }
  return count;
}
