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

/** An experiment whose traces are in the file. */
interface DoneExperiment {
  readonly id: string;
  readonly traces: number;
  /** Of these, such whose spans were asked for and could not be read. */
  readonly withoutSpans: number;
  /** Where its part of the file ends. */
  readonly endByte: number;
}

/** What {@linkcode writeTraces} takes. */
export interface TracesOptions extends ExtrasOptions {
  readonly traces: NonNullable<Extras["traces"]>;
  /** With their spans. */
  readonly withSpans: boolean;
}

/**
 * Writes all traces of the experiments, and returns how many there are. What fails is told, and the others go on: an experiment whose traces
 * cannot be listed has none in the file, and a trace whose spans cannot be read says so in its line. The next call asks for both again.
 */
export async function writeTraces(options: TracesOptions): Promise<ExtraCount> {
  const { folder, experiments, redact = (text) => text } = options;
  const path = folder.file("traces");
  let done = wholeOnes((folder.state.kept(KEPT) ?? []) as readonly DoneExperiment[]);
  const file = await AppendFile.open(path, endOf(done));
  let listingError: string | undefined;
  try {
    for (const experiment of experiments) {
      if (done.some(({ id }) => id === experiment.id)) continue;
      try {
        const counts = await writeExperiment(file, experiment, options);
        await file.sync();
        done = [...done, { id: experiment.id, ...counts, endByte: file.length }];
        folder.state.keep(KEPT, done);
      } catch (failure) {
        if (endsEverything(failure)) throw failure;
        await file.cutTo(endOf(done));
        listingError ??= `experiment ${experiment.id}: ${redact(messageOf(failure))}`;
      }
    }
  } finally {
    await file.close();
  }
  if (endOf(done) === 0) await rm(path, { force: true });
  const count = done.reduce((sum, { traces }) => sum + traces, 0);
  const lost = done.reduce((sum, { withoutSpans }) => sum + withoutSpans, 0);
  const spansError = lost === 0 ? undefined : `the spans of ${lost} of ${count} could not be read`;
  return { found: listingError === undefined ? count : null, exported: count, error: listingError ?? spansError };
}

/** Those before the first that lacks spans: the file is written anew from there on. */
function wholeOnes(done: readonly DoneExperiment[]): readonly DoneExperiment[] {
  const first = done.findIndex(({ withoutSpans }) => withoutSpans > 0);
  return first === -1 ? done : done.slice(0, first);
}

function endOf(done: readonly DoneExperiment[]): number {
  return done.at(-1)?.endByte ?? 0;
}

async function writeExperiment(
  file: AppendFile,
  experiment: Experiment,
  { traces, withSpans, redact = (text) => text, logger, progress, signal }: TracesOptions,
): Promise<Pick<DoneExperiment, "traces" | "withoutSpans">> {
  const counts = { traces: 0, withoutSpans: 0 };
  progress.detail(experiment.name);
  for await (const trace of traces(experiment, { withSpans, signal })) {
    signal?.throwIfAborted();
    const { spans } = trace;
    const lost = spans !== undefined && "error" in spans ? { error: redact(spans.error) } : null;
    if (lost !== null) {
      counts.withoutSpans++;
      logger.warn(`Spans of trace ${trace.id}: ${lost.error}`);
    }
    await file.write(`${traceLine(lost === null ? trace : { ...trace, spans: lost }, experiment)}\n`);
    counts.traces++;
    progress.advance();
  }
  return counts;
}
