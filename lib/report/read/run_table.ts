/**
 * One experiment while its runs are read: counts of all of them, rows and curves of the newest.
 * @module
 */
import type { HistorySink } from "../../folder/read/histories.ts";
import type { RunHead } from "../../folder/read/run_lines.ts";
import type { Allotment } from "../facts/budget.ts";
import type { ExperimentFacts, MetricCell, MetricCurves } from "../facts/shape.ts";
import { shownName } from "../facts/shown.ts";
import { counted, formatCount } from "../page/format.js";
import { DurationCounts } from "../thin/durations.ts";
import { type HistoryPoint, ThinnedHistory } from "../thin/history.ts";
import { parseRow } from "./row_json.ts";

/** A param's value in a table is cut to so many characters. */
const MOST_VALUE = 80;

/** MLflow's own measurements of the machine come after what people logged. */
const SYSTEM_METRIC = /^system\//;

/** What {@linkcode RunsOfExperiment.facts} gives. */
export type RunFacts = Pick<
  ExperimentFacts,
  "runs" | "statuses" | "durations" | "firstStartMs" | "lastEndMs" | "table" | "curves" | "leftOut"
>;

/** A run's head as it is shown: its status short, its times as dates have them. */
export interface ShownRun extends RunHead {
  readonly start_time: number | null;
  readonly end_time: number | null;
}

/** Returns a run's head as it is shown. */
export function shownRun(head: RunHead): ShownRun {
  const { start_time: start, end_time: end } = head;
  return {
    ...head,
    status: shownName(head.status, 20),
    start_time: start === null ? null : Number(start),
    end_time: end === null ? null : Number(end),
  };
}

/** Takes an experiment's runs, newest first. */
export class RunsOfExperiment {
  readonly #allotment: Allotment;
  readonly #statuses = new Map<string, number>();
  readonly #durations = new DurationCounts();
  #runs = 0;
  #firstStartMs: number | null = null;
  #lastEndMs: number | null = null;

  readonly #ids: string[] = [];
  readonly #names: string[] = [];
  readonly #rowStatuses: string[] = [];
  readonly #starts: (number | null)[] = [];
  readonly #rowDurations: (number | null)[] = [];
  readonly #metrics = new Map<string, MetricCell[]>();
  readonly #params = new Map<string, (string | undefined)[]>();
  readonly #keysLeftOut = { metrics: new Set<string>(), params: new Set<string>() };
  /** By metric, then by row. */
  readonly #histories = new Map<string, Map<number, ThinnedHistory>>();
  #curvesLeftOut = false;

  constructor(allotment: Allotment) {
    this.#allotment = allotment;
  }

  /** Takes a run; returns who wants its histories, or null. */
  add(head: ShownRun): HistorySink | null {
    const start = head.start_time || null;
    const duration = start === null || head.end_time === null ? null : Math.max(0, head.end_time - start);
    this.#runs++;
    this.#statuses.set(head.status, (this.#statuses.get(head.status) ?? 0) + 1);
    if (duration !== null) this.#durations.add(duration);
    if (start !== null) this.#firstStartMs = Math.min(this.#firstStartMs ?? start, start);
    if (head.end_time !== null) this.#lastEndMs = Math.max(this.#lastEndMs ?? head.end_time, head.end_time);
    const row = this.#ids.length;
    if (row >= this.#allotment.rows) return null;
    this.#ids.push(shownName(head.run_id));
    this.#names.push(shownName(head.tags["mlflow.runName"] ?? head.run_id, 60));
    this.#rowStatuses.push(head.status);
    this.#starts.push(start);
    this.#rowDurations.push(duration);
    for (const [key, value] of Object.entries(head.metrics_latest)) {
      this.#cells("metrics", this.#metrics, key, row, Number.isFinite(value) ? Number(value) : shownName(value, 20));
    }
    for (const [key, value] of Object.entries(head.params)) {
      this.#cells("params", this.#params, key, row, shownName(value, MOST_VALUE));
    }
    return row < this.#allotment.curveRuns ? this.#sinkOf(row, head) : null;
  }

  /** What was read. */
  facts(): RunFacts {
    const hasSection = this.#allotment.rows > 0;
    return {
      runs: this.#runs,
      statuses: this.#statuses,
      durations: this.#durations.summary(),
      firstStartMs: this.#firstStartMs,
      lastEndMs: this.#lastEndMs,
      table: !hasSection ? null : {
        ids: this.#ids,
        names: this.#names,
        statuses: this.#rowStatuses,
        starts: this.#starts,
        durations: this.#rowDurations,
        metrics: this.#metrics,
        params: this.#params,
      },
      curves: this.#curves(),
      leftOut: hasSection ? [...this.#leftOut()] : [],
    };
  }

  #cells<Cell>(
    group: "metrics" | "params",
    columns: Map<string, Cell[]>,
    key: string,
    row: number,
    cell: NoInfer<Cell>,
  ): void {
    let column = columns.get(key);
    if (column === undefined) {
      if (columns.size >= this.#allotment.keys) {
        // Bounded: to know that there are more is enough.
        if (this.#keysLeftOut[group].size < 10_000) this.#keysLeftOut[group].add(key);
        return;
      }
      columns.set(key, column = []);
    }
    column[row] = cell;
  }

  #sinkOf(row: number, head: ShownRun): HistorySink {
    const keys = Object.keys(head.metrics_latest);
    const ordered = keys.toSorted((a, b) => Number(SYSTEM_METRIC.test(a)) - Number(SYSTEM_METRIC.test(b)));
    for (const key of ordered) {
      if (this.#histories.has(key)) continue;
      if (this.#histories.size < this.#allotment.curveMetrics) this.#histories.set(key, new Map());
      else this.#curvesLeftOut = true;
    }
    return {
      wants: (key) => this.#histories.has(key),
      points: (key, json) => {
        const ofRuns = this.#histories.get(key)!;
        let history = ofRuns.get(row);
        if (history === undefined) ofRuns.set(row, history = new ThinnedHistory());
        for (const { step, ts, value } of parseRow(json) as HistoryPoint[]) {
          history.add({ step: Number(step), ts: Number(ts), value });
        }
      },
      failed: () => {},
    };
  }

  #curves(): MetricCurves[] {
    const { curvePoints } = this.#allotment;
    return [...this.#histories].flatMap(([metric, histories]) => {
      const drawn = [...histories].filter(([, history]) => history.isCurve);
      if (drawn.length === 0) return [];
      const lines = drawn.map(([row, history]) => ({ row, ...history.line(curvePoints) }));
      return [{ metric: shownName(metric), bySteps: drawn.some(([, history]) => history.hasSteps), lines }];
    });
  }

  *#leftOut(): Generator<string> {
    const { rows, keys, curveRuns, curveMetrics, curvePoints } = this.#allotment;
    if (this.#runs > rows) yield `The table has the newest ${formatCount(rows)} of ${counted(this.#runs, "run")}.`;
    for (const [group, left] of Object.entries(this.#keysLeftOut)) {
      if (left.size > 0) yield `The table has ${keys} of ${formatCount(keys + left.size)} ${group}.`;
    }
    const histories = [...this.#histories.values()].flatMap((ofRuns) => [...ofRuns.values()]);
    if (histories.length === 0) return;
    if (this.#runs > curveRuns) yield `Curves are of the newest ${counted(curveRuns, "run")}.`;
    if (this.#curvesLeftOut) yield `Curves are of ${counted(curveMetrics, "metric")}, those that people logged first.`;
    const longest = Math.max(...histories.map(({ taken }) => taken));
    if (longest > curvePoints) {
      yield `Curves are thinned to ${curvePoints} points each; the longest has ${formatCount(longest)}.`;
    }
    const notFinite = histories.reduce((sum, history) => sum + history.notFinite, 0);
    if (notFinite > 0) yield `${counted(notFinite, "point")} of NaN or infinity cannot be drawn.`;
  }
}
