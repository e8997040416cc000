/**
 * How far an export is, in memory and in a checkpoint.
 * @module
 */
import type { FolderMark } from "../../folder/export_folder.ts";
import type { FolderState } from "../../folder/state.ts";
import type { Experiment, Int64, Run } from "../../source/mod.ts";
import { ExperimentTally, type TallyState } from "../../rows/tally.ts";

/** An experiment whose rows are all written. */
export interface FinishedExperiment {
  /** Experiment id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Runs written. */
  readonly runs: number;
  /** Rows of experiments_runs_datasets.json. */
  readonly datasetRows: number;
}

/** An experiment whose runs could not be listed: none of its rows is written. */
export interface FailedExperiment {
  /** Experiment id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** The server's last HTTP status; null where there is none. */
  readonly status: number | null;
  /** The server's words. */
  readonly reason: string;
}

/** What is counted over all runs. */
export interface ExportCounts {
  /** Points of metric histories. */
  points: number;
  /** Values that are NaN or infinite: strings in the files. */
  nonFinite: number;
  /** Metrics whose history could not be read. */
  historyErrors: number;
  /** Runs with an artifact that could not be fetched. */
  artifactErrors: number;
  /** Runs whose histories were taken over from the export before. */
  takenRuns: number;
  /** Runs that logged a model and list no artifact. */
  runsWithoutModelFiles: number;
  /** Runs of which artifacts are there; undefined where none were asked for. */
  artifactRuns?: number;
  /** Artifacts that are there. */
  artifactFiles?: number;
  /** Their bytes. */
  artifactBytes?: number;
}

const NO_COUNTS: Readonly<ExportCounts> = {
  points: 0,
  nonFinite: 0,
  historyErrors: 0,
  artifactErrors: 0,
  takenRuns: 0,
  runsWithoutModelFiles: 0,
};

/** Adds what was counted in two places; what neither counted stays out. */
export function addCounts(one: Readonly<ExportCounts>, other: Readonly<ExportCounts>): ExportCounts {
  const sum: ExportCounts = { ...one };
  for (const [name, count] of Object.entries(other) as [keyof ExportCounts, number][]) {
    sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

/** Where the rows of an experiment begin, and what was counted until there. */
interface Begin {
  readonly mark: FolderMark;
  readonly counts: Readonly<ExportCounts>;
}

interface ProgressState {
  readonly finished: readonly FinishedExperiment[];
  readonly tally: TallyState;
  /** Version 0.1.0 kept no experimentId: it is the first that is not finished. */
  readonly last: { readonly startTime: string; readonly runId: string; readonly experimentId?: string } | null;
  readonly counts: ExportCounts;
  /** Absent in checkpoints of version 0.1.0, which ended where an experiment failed. */
  readonly failed?: readonly FailedExperiment[];
  readonly begin?: Begin;
}

/** Counts of the experiments finished, and of the one that is being written. */
export class ExportProgress {
  /** Experiments whose rows are all written, in order. */
  readonly finished: FinishedExperiment[];
  /** Counters over all runs. */
  readonly counts: ExportCounts;
  readonly #failed: Map<string, FailedExperiment>;
  #tally: ExperimentTally;
  #last: { readonly startTime: Int64; readonly runId: string; readonly experimentId?: string } | null;
  #begin: Begin | undefined;

  private constructor(state?: ProgressState) {
    this.finished = [...state?.finished ?? []];
    this.counts = { ...NO_COUNTS, ...state?.counts };
    this.#failed = new Map(state?.failed?.map((one) => [one.id, one]));
    this.#tally = state === undefined ? new ExperimentTally() : ExperimentTally.from(state.tally);
    const last = state?.last ?? null;
    this.#last = last === null ? null : { ...last, startTime: BigInt(last.startTime) };
    this.#begin = state?.begin;
  }

  /** The progress that the folder's checkpoint kept, or a new one. */
  static of(state: FolderState): ExportProgress {
    return new ExportProgress((state.checkpoint()?.progress ?? undefined) as ProgressState | undefined);
  }

  /** Experiments whose runs could not be listed when they were asked for last. */
  get failed(): readonly FailedExperiment[] {
    return [...this.#failed.values()];
  }

  /**
   * What is left to export, in this order: the experiment of which some rows are written, those not asked for yet, and last those that
   * failed earlier. What is written of these stands at the end of the files.
   */
  queue(experiments: readonly Experiment[]): readonly Experiment[] {
    const finished = new Set(this.finished.map(({ id }) => id));
    const open = experiments.filter(({ id }) => !finished.has(id));
    const fresh = open.filter(({ id }) => !this.#failed.has(id));
    const current = this.#last === null ? undefined : this.#last.experimentId ?? fresh[0]?.id;
    const rank = ({ id }: Experiment): number => id === current ? 0 : this.#failed.has(id) ? 2 : 1;
    return open.toSorted((a, b) => rank(a) - rank(b));
  }

  /** The folder stands where the next experiment's rows begin; nothing where some of its rows are written already. */
  begin(mark: FolderMark): void {
    if (this.#last === null) this.#begin = { mark, counts: { ...this.counts } };
  }

  /** Takes in a run of the current experiment whose rows are written. */
  add(run: Run): void {
    this.#tally.add(run);
    this.#last = { startTime: run.startTime, runId: run.id, experimentId: run.experimentId };
  }

  /** Ends the current experiment; returns its line of experiment_summary.json: of its totals, where the runs written are not all. */
  finish(experiment: Experiment, totals?: ExperimentTally): string {
    const tally = this.#tally;
    this.finished.push({ id: experiment.id, name: experiment.name, runs: tally.runs, datasetRows: tally.datasetRows });
    this.#failed.delete(experiment.id);
    this.#tally = new ExperimentTally();
    this.#last = null;
    return (totals ?? tally).line(experiment);
  }

  /** Gives the current experiment up; returns where its rows begin, undefined where a checkpoint of version 0.1.0 did not keep that. */
  fail(failure: FailedExperiment): FolderMark | undefined {
    if (this.#begin === undefined) return undefined;
    this.#failed.delete(failure.id);
    this.#failed.set(failure.id, failure);
    this.#tally = new ExperimentTally();
    this.#last = null;
    Object.assign(this.counts, this.#begin.counts);
    return this.#begin.mark;
  }

  /**
   * Tells which runs of the current experiment are behind this point, as a test that stays as it is while the export goes on.
   * Runs come newest first (then by id): one that sorts at or before the last written is written already, or was added
   * since, and an uninterrupted export would have passed its place as well.
   */
  behind(current: Experiment | undefined): (run: Run) => boolean {
    const last = this.#last;
    if (last === null || current === undefined) return () => false;
    return (run) =>
      run.experimentId === current.id &&
      (run.startTime > last.startTime || run.startTime == last.startTime && run.id <= last.runId);
  }

  /** What a checkpoint keeps of it. */
  state(): unknown {
    const state: ProgressState = {
      finished: this.finished,
      tally: this.#tally.state(),
      last: this.#last === null ? null : { ...this.#last, startTime: String(this.#last.startTime) },
      counts: this.counts,
      failed: this.failed,
      begin: this.#begin,
    };
    return state;
  }
}
