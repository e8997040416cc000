/**
 * How far an export is, in memory and in a checkpoint.
 * @module
 */
import type { FolderState } from "../folder/state.ts";
import type { Experiment, Int64, Run } from "../source/mod.ts";
import { ExperimentTally, type TallyState } from "../rows/tally.ts";

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
}

interface ProgressState {
  readonly finished: readonly FinishedExperiment[];
  readonly tally: TallyState;
  readonly last: { readonly startTime: string; readonly runId: string } | null;
  readonly counts: ExportCounts;
}

/** Counts of the experiments finished, and of the one that is being written. */
export class ExportProgress {
  /** Experiments whose rows are all written, in order. */
  readonly finished: FinishedExperiment[];
  /** Counters over all runs. */
  readonly counts: ExportCounts;
  #tally: ExperimentTally;
  #last: { startTime: Int64; runId: string } | null;

  private constructor(state?: ProgressState) {
    this.finished = [...state?.finished ?? []];
    this.counts = { points: 0, nonFinite: 0, historyErrors: 0, artifactErrors: 0, takenRuns: 0, ...state?.counts };
    this.#tally = state === undefined ? new ExperimentTally() : ExperimentTally.from(state.tally);
    const last = state?.last ?? null;
    this.#last = last === null ? null : { startTime: BigInt(last.startTime), runId: last.runId };
  }

  /** The progress that the folder's checkpoint kept, or a new one. */
  static of(state: FolderState): ExportProgress {
    return new ExportProgress(state.checkpoint()?.progress as ProgressState | undefined);
  }

  /** Takes in a run of the current experiment whose rows are written. */
  add(run: Run): void {
    this.#tally.add(run);
    this.#last = { startTime: run.startTime, runId: run.id };
  }

  /** Ends the current experiment; returns its line of experiment_summary.json: of its totals, where the runs written are not all. */
  finish(experiment: Experiment, totals?: ExperimentTally): string {
    const tally = this.#tally;
    this.finished.push({ id: experiment.id, name: experiment.name, runs: tally.runs, datasetRows: tally.datasetRows });
    this.#tally = new ExperimentTally();
    this.#last = null;
    return (totals ?? tally).line(experiment);
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
      last: this.#last === null ? null : { startTime: String(this.#last.startTime), runId: this.#last.runId },
      counts: this.counts,
    };
    return state;
  }
}
