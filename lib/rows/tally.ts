/**
 * What is gathered of an experiment while its runs go by, and its row of experiment_summary.json (spec, "Keys",
 * experiment row): what goes to Kiroframe as import type 1.
 * @module
 */
import { pythonJson, type RowOf } from "../json/python.ts";
import type { ExperimentRow } from "../shapes/rows.ts";
import type { Experiment, Int64, Run } from "../source/mod.ts";
import { datasetNames } from "./run.ts";
import { isoUtc } from "./time.ts";

/** A tally as it lies in a checkpoint; int64 as text. */
export interface TallyState {
  readonly runs: number;
  /** Rows of experiments_runs_datasets.json so far. */
  readonly datasetRows: number;
  readonly statusCounts: readonly (readonly [string, number])[];
  /** Earliest start, milliseconds since the epoch. */
  readonly firstStart: string | null;
  /** Latest end, milliseconds since the epoch. */
  readonly lastEnd: string | null;
  readonly metrics: readonly string[];
  readonly params: readonly string[];
  readonly tagKeys: readonly string[];
  readonly datasets: readonly string[];
}

/** Counts and names of one experiment's runs. */
export class ExperimentTally {
  #runs = 0;
  #datasetRows = 0;
  #statusCounts = new Map([["FINISHED", 0], ["FAILED", 0], ["SCHEDULED", 0], ["RUNNING", 0], ["KILLED", 0]]);
  #firstStart: Int64 | null = null;
  #lastEnd: Int64 | null = null;
  #metrics = new Set<string>();
  #params = new Set<string>();
  #tagKeys = new Set<string>();
  #datasets = new Set<string>();

  get runs(): number {
    return this.#runs;
  }

  /** Rows of experiments_runs_datasets.json so far. */
  get datasetRows(): number {
    return this.#datasetRows;
  }

  add(run: Run): void {
    this.#runs++;
    this.#datasetRows += Math.max(1, run.datasets.length);
    this.#statusCounts.set(run.status, (this.#statusCounts.get(run.status) ?? 0) + 1);
    if (this.#firstStart === null || run.startTime < this.#firstStart) this.#firstStart = run.startTime;
    if (run.endTime !== null && (this.#lastEnd === null || run.endTime > this.#lastEnd)) this.#lastEnd = run.endTime;
    for (const key of run.metrics.keys()) this.#metrics.add(key);
    for (const key of run.params.keys()) this.#params.add(key);
    for (const key of run.tags.keys()) this.#tagKeys.add(key);
    for (const name of datasetNames(run.datasets)) this.#datasets.add(name);
  }

  /** The experiment's line, without its newline. */
  line(experiment: Experiment): string {
    const { tags } = experiment;
    return pythonJson(
      {
        experiment_id: experiment.id,
        experiment_name: experiment.name,
        // An empty note gives way to the plain tag, as the reference's `or` does.
        description: tags.get("mlflow.note.content") || (tags.get("description") ?? null),
        owner: tags.get("mlflow.owner") || (tags.get("owner") ?? null),
        artifact_location: experiment.artifactLocation,
        lifecycle_stage: experiment.lifecycleStage,
        runs_total: this.#runs,
        status_counts: this.#statusCounts,
        first_run_start_time: this.#firstStart,
        first_run_start_time_iso: isoUtc(this.#firstStart),
        last_run_end_time: this.#lastEnd,
        last_run_end_time_iso: isoUtc(this.#lastEnd),
        metrics: sorted(this.#metrics),
        params: sorted(this.#params),
        tag_keys: sorted(this.#tagKeys),
        dataset_names: sorted(this.#datasets),
      } satisfies RowOf<ExperimentRow>,
    );
  }

  /** What a checkpoint keeps of it. */
  state(): TallyState {
    return {
      runs: this.#runs,
      datasetRows: this.#datasetRows,
      statusCounts: [...this.#statusCounts],
      firstStart: this.#firstStart?.toString() ?? null,
      lastEnd: this.#lastEnd?.toString() ?? null,
      metrics: [...this.#metrics],
      params: [...this.#params],
      tagKeys: [...this.#tagKeys],
      datasets: [...this.#datasets],
    };
  }

  /** The tally that a checkpoint kept. */
  static from(state: TallyState): ExperimentTally {
    const tally = new ExperimentTally();
    tally.#runs = state.runs;
    tally.#datasetRows = state.datasetRows;
    tally.#statusCounts = new Map(state.statusCounts);
    tally.#firstStart = int64(state.firstStart);
    tally.#lastEnd = int64(state.lastEnd);
    tally.#metrics = new Set(state.metrics);
    tally.#params = new Set(state.params);
    tally.#tagKeys = new Set(state.tagKeys);
    tally.#datasets = new Set(state.datasets);
    return tally;
  }
}

function int64(text: string | null): Int64 | null {
  if (text === null) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

// Python sorts by code point, JavaScript by UTF-16 unit: they differ where characters beyond the BMP meet U+E000 to U+FFFF.
function sorted(names: ReadonlySet<string>): string[] {
  return [...names].sort(compareCodePoints);
}

/** Orders two texts by code point, as Python does. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  return isSurrogate ? unit + 0x10000 : unit;
}
