/**
 * One metric's file: its latest value and its history, or why it cannot be read.
 * @module
 */
import { closeSync, openSync, readSync } from "node:fs";
import { AppError, messageOf } from "../../../../errors.ts";
import { isFileError, isMissing } from "../../../../runtime/entries.ts";
import type { History, MetricPoint, PointPlace, Points } from "../../../../source/mod.ts";
import { LineError } from "./line.ts";
import { LogReader } from "./log.ts";

/** What a metric's file holds. */
export interface StoredMetric {
  /** What MLflow shows as its value. */
  readonly latest: number;
  /** Where that was logged. */
  readonly latestPlace: PointPlace;
  /** All that was logged. */
  readonly history: History;
  /** Whether the last line has no end, as of a file that was cut short: its numbers may be too. */
  readonly isCut: boolean;
}

/** A history that is read piece by piece, after it was looked through once. */
export interface LongFile extends AsyncIterable<Points> {
  /** Its points. */
  readonly count: number;
}

/** How histories are ordered. */
export interface MetricOptions {
  /** By timestamp, step and value, as MLflow 2.2 and later gives them, and not as they were logged. */
  readonly isSorted: boolean;
}

/** MLflow sorts no history that is too long for one reply of its get-history-bulk. */
const SORTED_ROWS = 25_000;

/** From here on a file is read piece by piece. */
const LONG_BYTES = 1 << 20;
const PIECE_BYTES = 1 << 18;

const NEWLINE = 0x0a;

/** Files are read into it one after another. */
const shared = new Uint8Array(LONG_BYTES);

/**
 * Reads a metric's file. Throws an AppError in words for the metric's place in the row if it is damaged or may not be read, and as node:fs
 * does if it is not there.
 */
export function readMetric(path: string, options: MetricOptions): StoredMetric {
  try {
    return readOf(path, options);
  } catch (error) {
    if (!isFileError(error) || isMissing(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(`Cannot read the metric's file: ${code === "EACCES" ? "permission denied" : code}`, {
      cause: error,
    });
  }
}

function readOf(path: string, options: MetricOptions): StoredMetric {
  const size = readInto(shared, path, 0);
  const reader = new LogReader();
  const history = size < shared.length
    ? shortHistory(reader, shared.subarray(0, size), options)
    : longHistory(reader, path, options);
  if (reader.latest === undefined) throw new AppError("Cannot read the metric's file: it is empty");
  return { latest: reader.latest, latestPlace: reader.latestPlace, history, isCut: reader.isCut };
}

function shortHistory(reader: LogReader, bytes: Uint8Array, options: MetricOptions): Points {
  const points = readLines(reader, bytes);
  return needsSorting(reader, options) ? sorted(points) : points;
}

function longHistory(reader: LogReader, path: string, options: MetricOptions): History {
  let size = 0;
  for (const lines of pieces(path, Infinity)) {
    readLines(reader, lines);
    size += lines.length;
  }
  const history: LongFile = { count: reader.length, [Symbol.asyncIterator]: () => pages(path, size) };
  if (!needsSorting(reader, options)) return history;
  const again = new LogReader();
  return sorted([...pieces(path, size)].flatMap((lines) => [...readLines(again, lines)]));
}

/** The same lines once more: only so many bytes of them, for the file may have grown. */
async function* pages(path: string, size: number): AsyncGenerator<Points> {
  const reader = new LogReader();
  let done = 0;
  for (const lines of pieces(path, size)) {
    done += lines.length;
    yield readLines(reader, lines);
    await Promise.resolve();
  }
  if (done !== size) throw new AppError("Cannot read the metric's file: it became shorter while it was read");
}

function readLines(reader: LogReader, bytes: Uint8Array): Points {
  try {
    return reader.read(bytes);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    throw new AppError(`Cannot read the metric's file: line ${reader.length + 1} holds ${messageOf(error)}`);
  }
}

function needsSorting({ isOrdered, length }: LogReader, { isSorted }: MetricOptions): boolean {
  return isSorted && !isOrdered && length < SORTED_ROWS;
}

function sorted(points: Iterable<MetricPoint>): MetricPoint[] {
  return [...points].sort((a, b) =>
    order(a.timestamp, b.timestamp) || order(a.step, b.step) || order(a.value, b.value)
  );
}

function order(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Gives a file's lines, as many as fit into a piece at a time; each piece is good until the next one is asked for. */
function* pieces(path: string, size: number): Generator<Uint8Array> {
  let buffer = new Uint8Array(PIECE_BYTES);
  for (let place = 0; place < size;) {
    const wanted = buffer.subarray(0, Math.min(buffer.length, size - place));
    const found = readInto(wanted, path, place);
    if (found === 0) return;
    const isLast = found < wanted.length || place + found === size;
    const end = isLast ? found : wanted.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      // A line longer than the buffer is none of MLflow's, but is to be told whole.
      buffer = new Uint8Array(2 * buffer.length);
      continue;
    }
    yield wanted.subarray(0, end);
    place += end;
  }
}

/** Reads from a place of a file on, as much as there is room for. */
function readInto(bytes: Uint8Array, path: string, place: number): number {
  const file = openSync(path, "r");
  try {
    let size = 0;
    for (let found = -1; found !== 0 && size < bytes.length; size += found) {
      found = readSync(file, bytes, size, bytes.length - size, place + size);
    }
    return size;
  } finally {
    closeSync(file);
  }
}
