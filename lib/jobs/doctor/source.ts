/**
 * The source as doctor looks at it: what every one can be asked, and what its kind can.
 * @module
 */
import { messageOf } from "../../errors.ts";
import { chooseExperiments } from "../../export/order/experiments.ts";
import type { ArtifactFile, Experiment, Run, Seen, Source } from "../../source/mod.ts";
import { visible } from "../../visible.ts";
import type { JobContext } from "../context.ts";
import type { ExportJob } from "../export.ts";
import { rowOptionsOf, selectionOf } from "../folder/row_options.ts";
import { count } from "../outcome.ts";
import { readBeginning } from "../plan/artifacts.ts";
import { SOURCES } from "../sources.ts";
import type { Checks } from "./checks.ts";

/** Experiments and runs that are looked into for one with metrics, and one with artifacts. */
const TRIED_EXPERIMENTS = 10;
const TRIED_RUNS = 20;

/** Looks at the source. Resolves with its name, and with whether it can be exported from. */
export async function checkSource(
  job: ExportJob,
  context: JobContext,
  checks: Checks,
): Promise<{ readonly name: string; readonly isFit: boolean }> {
  const { logger, progress, signal, hide } = context;
  const address = await (await SOURCES[job.importType]()).locate({ ...job.source, logger, progress, signal, hide });
  hide(address.secrets);
  const { name, displayUrl: url } = address.identity;
  context.tell({ source: { name, version: null, url } });
  let source: Source | undefined;
  const look = (check: string, work: () => Promise<Seen>): Promise<boolean> => checks.look(name, check, work);
  await look("reachable", async () => {
    source = await address.connect();
    const { version } = source;
    context.tell({ source: { name, version, url } });
    return { found: `${visible(url)}${version === null ? "" : `, version ${visible(version)}`}` };
  });
  if (source === undefined) return { name, isFit: false };
  try {
    return { name, isFit: await checkConnected(source, { job, signal, look }) };
  } finally {
    await source.close();
  }
}

interface Connected {
  readonly job: ExportJob;
  readonly signal: AbortSignal | undefined;
  readonly look: (check: string, work: () => Promise<Seen>) => Promise<boolean>;
}

async function checkConnected(source: Source, { job, signal, look }: Connected): Promise<boolean> {
  const options = rowOptionsOf(job.rows, job.privacy);
  let experiments: readonly Experiment[] = [];
  let isFit = await look("experiments", async () => {
    experiments = (await chooseExperiments(source, { selection: selectionOf(options), signal })).experiments;
    return { found: count(experiments.length, "experiment") };
  });
  let runs: readonly Run[] = [];
  isFit = await look("runs", async () => {
    runs = await newestRuns(source, experiments);
    return { found: runs.length === 0 ? "none in the newest experiments" : "they can be listed" };
  }) && isFit;
  for (const { check, look: work } of source.probes(runs.find(({ metrics }) => metrics.size > 0))) {
    isFit = await look(check, work) && isFit;
  }
  await look("account", async () => {
    const warnings = await source.warnings();
    if (warnings.length === 0) return { found: "nothing is known to be hidden from it" };
    return { found: warnings.join("; "), hint: "Give an account that may read all, or leave it at that" };
  });
  await look("artifacts", () => artifacts(source, runs, { isWanted: options.downloadArtifacts, signal }));
  if (options.exportModels) {
    isFit = await look("registry", async () => ({
      found: count((await source.models()).length, "registered model"),
    })) && isFit;
  }
  return isFit;
}

async function newestRuns(source: Source, experiments: readonly Experiment[]): Promise<Run[]> {
  const runs: Run[] = [];
  for (const experiment of experiments.slice(0, TRIED_EXPERIMENTS)) {
    for await (const run of source.listedRuns([experiment])) {
      runs.push(run);
      if (runs.length === TRIED_RUNS) return runs;
    }
  }
  return runs;
}

/** Fetches the beginning of one real file. Where artifacts are not wanted, that it fails is no fault. */
async function artifacts(
  source: Source,
  runs: readonly Run[],
  { isWanted, signal }: { readonly isWanted: boolean; readonly signal: AbortSignal | undefined },
): Promise<Seen> {
  try {
    for (const run of runs) {
      const [file] = (await source.artifacts(run, signal)).toSorted((a, b) => sizeOf(a) - sizeOf(b));
      if (file === undefined) continue;
      const bytes = await readBeginning(file, signal);
      return { found: `${bytes} bytes of ${visible(file.path)} of run ${visible(run.id)} were read` };
    }
    return {
      found: `not tried: ${runs.length === 0 ? "there is no run" : `none of ${count(runs.length, "run")} has any`}`,
    };
  } catch (error) {
    if (isWanted || signal?.aborted) throw error;
    return { found: messageOf(error), hint: "Only --download-artifacts needs them" };
  }
}

function sizeOf({ size }: ArtifactFile): number {
  return size ?? Infinity;
}
