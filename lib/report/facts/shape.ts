/**
 * What a report tells: read from a folder, written as a page. Texts are as they are shown: without control characters, cut where long.
 * @module
 */
import type { Durations } from "../thin/durations.ts";
import type { Line } from "../thin/history.ts";
import type { OverTime } from "../thin/times.ts";

/** MLflow's statuses, in the order in which they are shown. */
export const STATUSES = ["FINISHED", "FAILED", "KILLED", "RUNNING", "SCHEDULED"] as const;

/** How many by name. */
export type Counts = ReadonlyMap<string, number>;

/** A cell of a run's metrics: NaN and infinities as text; undefined where the run has none. */
export type MetricCell = number | string | undefined;

/** The runs of an experiment that are shown one by one, newest first, by column. */
export interface RunTable {
  /** Run ids. */
  readonly ids: readonly string[];
  /** Run names. */
  readonly names: readonly string[];
  readonly statuses: readonly string[];
  /** Milliseconds since the epoch; null where none is known. */
  readonly starts: readonly (number | null)[];
  /** Milliseconds; null while a run is going on. */
  readonly durations: readonly (number | null)[];
  /** Latest values by metric. */
  readonly metrics: ReadonlyMap<string, readonly MetricCell[]>;
  /** Values by param. */
  readonly params: ReadonlyMap<string, readonly (string | undefined)[]>;
}

/** One metric's curves. */
export interface MetricCurves {
  readonly metric: string;
  /** Whether the xs are steps; if not, seconds since the first point. */
  readonly bySteps: boolean;
  /** One for each run, by its row in the {@linkcode RunTable}. */
  readonly lines: readonly (Line & { readonly row: number })[];
}

/** A dataset in an experiment. */
export interface DatasetUse {
  readonly name: string;
  /** The beginning of its digest. */
  readonly digest: string;
  /** Training, evaluation, …: the contexts it had. */
  readonly contexts: readonly string[];
  /** Runs that used or produced it. */
  readonly runs: number;
}

export interface ExperimentFacts {
  readonly id: string;
  readonly name: string;
  /** Who owns it; null where nobody is named. */
  readonly owner: string | null;
  /** What people wrote about it, perhaps in many lines; null for nothing. */
  readonly description: string | null;
  /** "active" or "deleted". */
  readonly lifecycleStage: string;
  /** Runs in the folder. */
  readonly runs: number;
  /** Of these, by status. */
  readonly statuses: Counts;
  /** Of those that ended. */
  readonly durations: Durations | null;
  /** Start of the oldest run, in milliseconds since the epoch. */
  readonly firstStartMs: number | null;
  /** End of the run that ended last. */
  readonly lastEndMs: number | null;
  /** Datasets that runs used. */
  readonly used: readonly DatasetUse[];
  /** Datasets that runs produced. */
  readonly produced: readonly DatasetUse[];
  /** Null for an experiment that is in the list only. */
  readonly table: RunTable | null;
  /** Curves of the newest runs. */
  readonly curves: readonly MetricCurves[];
  /** What is not shown, in whole sentences. */
  readonly leftOut: readonly string[];
}

/** One version of a registered model. */
export interface VersionFacts {
  /** Its number. */
  readonly version: string;
  /** "None", "Staging", … */
  readonly stage: string;
  /** READY, … */
  readonly status: string;
  /** Names that point at it. */
  readonly aliases: readonly string[];
  /** When it was made. */
  readonly createdMs: number | null;
  /** The run it came from; null where none is named. */
  readonly run: { readonly id: string; readonly name: string | null; readonly experimentId: string | null } | null;
}

/** One registered model. */
export interface ModelFacts {
  readonly name: string;
  /** What people wrote about it; null for nothing. */
  readonly description: string | null;
  /** Newest first. */
  readonly versions: readonly VersionFacts[];
  /** Versions that are not shown. */
  readonly versionsLeftOut: number;
}

/** Something in the picture of where things come from. */
export interface LineageNode {
  /** Its key in the picture. */
  readonly key: string;
  /** Its name. */
  readonly label: string;
  /** A second, smaller line. */
  readonly about: string;
}

/** Datasets, runs and models, and what came of what. */
export interface Lineage {
  /** What runs began with. */
  readonly sources: readonly LineageNode[];
  /** Runs; those of one experiment with the same datasets and models are one. */
  readonly runs: readonly LineageNode[];
  /** Datasets and models that runs made. */
  readonly results: readonly LineageNode[];
  /** From key to key, with how many runs stand behind it. */
  readonly links: readonly { readonly from: string; readonly to: string; readonly runs: number }[];
}

/** Things that failed for one reason. */
export interface FailureGroup {
  /** What failed: "metric history", "artifacts", "run", "experiment", "models". */
  readonly what: string;
  /** Why, in the words of the server. */
  readonly reason: string;
  /** The status it answered with, where one is known. */
  readonly httpStatus: number | null;
  /** How many. */
  readonly count: number;
  /** Some of them, by id. */
  readonly examples: readonly string[];
}

/** What one Kiroframe has of the folder. */
export interface TargetFacts {
  /** Its address. */
  readonly url: string;
  /** Rows acknowledged and failed, by what they are: "experiments", "runs", "models". */
  readonly rows: ReadonlyMap<string, { readonly acknowledged: number; readonly failed: number }>;
  /** When the last row was answered: ISO 8601, UTC. */
  readonly lastAt: string | null;
  /** Why rows failed. */
  readonly failures: readonly FailureGroup[];
}

export interface SentFacts {
  /** One for each Kiroframe and account. */
  readonly targets: readonly TargetFacts[];
  /** Values that JSON cannot hold, left out or replaced; null where nothing was sent. */
  readonly nonFiniteLeftOut: number | null;
  /** Points left out to thin histories. */
  readonly thinnedPoints: number | null;
  /** Experiments whose counts of runs are not one: listed by the source, in the files, acknowledged. */
  readonly differences: readonly {
    readonly experimentId: string;
    readonly listed: number;
    readonly written: number;
    readonly acknowledged: number | null;
  }[];
  /** Why the folder's ledger could not be read; null where it could. */
  readonly unreadable: string | null;
}

/** The whole report. */
export interface Facts {
  /** The folder's name. */
  readonly folderName: string;
  /** Address of the tracking system; null where the folder does not name it. */
  readonly trackingUrl: string | null;
  /** Version of the tracking system. */
  readonly sourceVersion: string | null;
  /** Options that decided which rows there are, in words. */
  readonly selection: readonly string[];
  /** Whether the export ended: a folder without summary.json is one that did not. */
  readonly isFinished: boolean;
  readonly runs: number;
  /** By status, over all experiments. */
  readonly statuses: Counts;
  /** Points of metrics; null where it is not known. */
  readonly points: number | null;
  /** Values that are NaN or infinite; null where it is not known. */
  readonly nonFinite: number | null;
  /** Distinct datasets, by name and digest. */
  readonly datasets: number;
  /** Runs by start and status. */
  readonly overTime: OverTime;
  /** Runs without a start. */
  readonly undatedRuns: number;
  /** In the server's order. */
  readonly experiments: readonly ExperimentFacts[];
  /** Experiments in all, those that are not even listed included. */
  readonly experimentCount: number;
  /** Null where no models were exported. */
  readonly models: readonly ModelFacts[] | null;
  /** Models in all, those that are not shown included. */
  readonly modelCount: number;
  /** Versions of all of them. */
  readonly versionCount: number;
  /** Where things come from. */
  readonly lineage: Lineage;
  /** What Kiroframe has. */
  readonly sent: SentFacts;
  /** What could not be exported. */
  readonly failures: readonly FailureGroup[];
  /** What is not shown, in whole sentences, besides what experiments say of themselves. */
  readonly leftOut: readonly string[];
}
