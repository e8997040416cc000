/**
 * One run's folder, read as it was at one moment: MLflow may be writing to it.
 * @module
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../../errors.ts";
import type { Logger } from "../../../logger.ts";
import { entriesOf, isMissing } from "../../../runtime/entries.ts";
import type { History, PointPlace } from "../../../source/mod.ts";
import { visible } from "../../../visible.ts";
import type { FilterableRun } from "../filter/match.ts";
import { type DatasetReader, readModelIds } from "./datasets.ts";
import { type MetricOptions, readMetric } from "./metric/read.ts";
import { META_FILE } from "./meta/read.ts";
import { readMetaText } from "./meta/read.ts";
import { readRunMeta, type RunMeta } from "./meta/run.ts";
import { isRecent, patiently, pause } from "./patience.ts";
import type { Notes } from "./skipped.ts";
import { keyFiles, readTexts } from "./texts.ts";

/** A run as its folder tells it. */
export interface StoredRun {
  readonly run: FilterableRun;
  /** The histories of its metrics; an error for each whose file is damaged. */
  readonly histories: ReadonlyMap<string, History>;
}

/** How {@linkcode readRun} reads. */
export interface RunOptions extends MetricOptions {
  /** The experiment that the run should say it belongs to. */
  readonly experimentId: string;
  /** Reads what it took in. */
  readonly datasets: DatasetReader;
  /** Told of inputs and outputs that cannot be read. */
  readonly notes: Notes;
  /** Told of metric files that may have been cut short. */
  readonly logger: Logger;
}

/** So often a run that keeps changing is read before a reading counts all the same; one that looks half written, before that one does. */
const MOST_READINGS = 5;
const MOST_ODD_READINGS = 9;
/** Waits between two readings are no longer. */
const MOST_PAUSE = 4;

/** A run that ended so long ago is not being written to, even if another machine's clock says when. */
const SETTLED_MS = 3_600_000;

/**
 * Reads a run. Its meta.yaml is read first, and once more at the end: a run that says it has ended has all that it logged. One that is
 * going on, or has just ended, or looks half written, is read again if any of its files changed meanwhile. Rejects with a NotReadable if
 * MLflow would pass the folder over.
 */
export async function readRun(folder: string, options: RunOptions): Promise<StoredRun> {
  let wasOdd = false;
  for (let count = 1;; count++) {
    const { text, meta } = await patiently(folder, () => {
      const text = readMetaText(folder);
      return { text, meta: readRunMeta(folder, text, options.experimentId) };
    });
    const isWatched = wasOdd || !isSettled(meta);
    try {
      const stamp = isWatched ? stampOf(folder) : "";
      const reading = readOnce(folder, meta, options);
      const isSame = readMetaText(folder) === text && (!isWatched || stampOf(folder) === stamp);
      const isOdd = reading.oddPaths.length > 0;
      // What is half written may stay so for a while: its writer waits for its turn.
      const isQuiet = isSame && !isRecent(reading.oddPaths);
      if (isQuiet || count >= (isOdd ? MOST_ODD_READINGS : MOST_READINGS)) return told(reading, options);
    } catch (error) {
      if (!isMissing(error) || count >= MOST_ODD_READINGS) throw error;
    }
    if (count > 1) await pause(Math.min(count, MOST_PAUSE));
    wasOdd = true;
  }
}

function isSettled({ status, endTime }: RunMeta): boolean {
  if (endTime === null || status === "RUNNING" || status === "SCHEDULED") return false;
  return Math.abs(Date.now() - Number(endTime)) > SETTLED_MS;
}

interface Reading extends StoredRun {
  /** What looks as it does while it is written. */
  readonly oddPaths: readonly string[];
  readonly cutFiles: readonly string[];
  readonly skipped: readonly (readonly [path: string, reason: string])[];
}

function readOnce(folder: string, meta: RunMeta, { datasets, isSorted }: RunOptions): Reading {
  const skipped: [path: string, reason: string][] = [];
  const notes = { note: (path: string, reason: string) => void skipped.push([path, reason]) };
  const metrics = new Map<string, number>();
  const latestPlaces = new Map<string, PointPlace>();
  const histories = new Map<string, History>();
  const damaged = new Map<string, History>();
  const cutFiles: string[] = [];
  const oddPaths: string[] = [];
  const parts = new Set(entriesOf(folder).map(({ name }) => name));
  for (const { key, path } of parts.has("metrics") ? keyFiles(join(folder, "metrics")) : []) {
    try {
      const { latest, latestPlace, history, isCut } = readMetric(path, { isSorted });
      metrics.set(key, latest);
      latestPlaces.set(key, latestPlace);
      histories.set(key, history);
      if (isCut) cutFiles.push(path);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      damaged.set(key, { error: error.message });
      oddPaths.push(path);
    }
  }
  const onEmpty = (path: string): void => void oddPaths.push(path);
  const run = {
    ...meta,
    params: parts.has("params") ? readTexts(join(folder, "params"), onEmpty) : new Map(),
    tags: parts.has("tags") ? readTexts(join(folder, "tags"), onEmpty) : new Map(),
    metrics,
    latestPlaces,
    datasets: parts.has("inputs") ? datasets.read(folder, notes) : [],
    modelIds: parts.has("outputs") ? readModelIds(folder, notes) : [],
  };
  oddPaths.push(...cutFiles, ...skipped.map(([path]) => path));
  return { run, histories: new Map([...histories, ...damaged]), oddPaths, cutFiles, skipped };
}

function told({ cutFiles, skipped, ...stored }: Reading, { notes, logger }: RunOptions): StoredRun {
  for (const [path, reason] of skipped) notes.note(path, reason);
  for (const path of cutFiles) {
    logger.warn(`${visible(path)} ends in the middle of a line: the last value of this metric may be cut short`);
  }
  return stored;
}

/** Changes when any of the run's files does. */
function stampOf(folder: string): string {
  const files = ["metrics", "params", "tags", "inputs", "outputs"].flatMap((name) =>
    keyFiles(join(folder, name)).map(({ path }) => path)
  );
  return [join(folder, META_FILE), ...files].map((path) => {
    const facts = statSync(path, { throwIfNoEntry: false });
    return `${path} ${facts?.size} ${facts?.mtimeMs}`;
  }).join("\n");
}
