/**
 * What one source's import has made inside the sandbox's Kiroframe: tasks with numbered runs, and models.
 * @module
 */

/** An imported experiment: Kiroframe calls it a task. */
export interface KiroframeTask {
  readonly experimentId: string;
  /** The last row that came; null in a sandbox that only counts. */
  row: unknown;
  /** How often its row came. */
  imports: number;
  /** The highest run number given out. */
  lastNumber: number;
  /** The latest start_time among its numbered runs, in milliseconds; -Infinity before the first. */
  newestStartTimeMs: number;
}

export interface KiroframeRun {
  readonly runId: string;
  readonly experimentId: string;
  /** Its number inside the task, from 1, in the order of arrival. */
  readonly number: number;
  /** The last row that came; null in a sandbox that only counts. */
  row: unknown;
  /** How often its row came: a second import updates it and keeps its number. */
  imports: number;
}

export interface ArrivingRun {
  readonly runId: string;
  readonly experimentId: string;
  /** Null counts as 0, as in MLflow's own client. */
  readonly startTimeMs: number | null;
  /** The row; null in a sandbox that only counts. */
  readonly row: unknown;
}

/** What one import_source_id has imported. */
export class KiroframeWorld {
  /** By experiment_id, in order of arrival. */
  readonly experiments: Map<string, KiroframeTask> = new Map();
  /** By run_id, in order of arrival. */
  readonly runs: Map<string, KiroframeRun> = new Map();
  /** The last list that came; null before the first. */
  models: readonly unknown[] | null = null;
  /** How often a list of models came. */
  modelImports = 0;
  readonly #turnedAway = new Set<string>();

  /** Takes in an experiment, or updates it. */
  importExperiment(experimentId: string, row: unknown): KiroframeTask {
    const task = this.experiments.get(experimentId) ??
      { experimentId, row, imports: 0, lastNumber: 0, newestStartTimeMs: -Infinity };
    task.row = row;
    task.imports++;
    this.experiments.set(experimentId, task);
    return task;
  }

  /**
   * Takes in a run, or updates it. Returns why the order is broken (a new run older than one that has a number),
   * or null; the run is numbered all the same. Returns undefined where the experiment is unknown.
   */
  importRun(arriving: ArrivingRun): { readonly run: KiroframeRun; readonly disorder: string | null } | undefined {
    const { runId, experimentId, row } = arriving;
    const task = this.experiments.get(experimentId);
    if (task === undefined) return undefined;
    const known = this.runs.get(runId);
    if (known !== undefined) {
      known.row = row;
      known.imports++;
      return { run: known, disorder: null };
    }
    const run: KiroframeRun = { runId, experimentId, number: ++task.lastNumber, row, imports: 1 };
    this.runs.set(runId, run);
    const startTimeMs = arriving.startTimeMs ?? 0;
    const late = startTimeMs < task.newestStartTimeMs && !this.#turnedAway.has(runId);
    const disorder = late
      ? `Run ${runId} of experiment ${experimentId} started at ${startTimeMs}, but came after one of ${task.newestStartTimeMs}`
      : null;
    task.newestStartTimeMs = Math.max(task.newestStartTimeMs, startTimeMs);
    return { run, disorder };
  }

  /** Remembers that a run was refused: when it comes again, later than newer ones, that is the refusal's doing. */
  turnAway(runId: string): void {
    this.#turnedAway.add(runId);
  }
}
