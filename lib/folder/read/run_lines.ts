/**
 * runs.json in one pass: of each line the part before the histories, and of these only what somebody wants.
 * @module
 */
import { Buffer } from "node:buffer";
import { AppError } from "../../errors.ts";
import { parseJson } from "../../json/exact.ts";
import { chunksOfPath } from "../../lines/reader.ts";
import { HistoryScanner, type HistorySink } from "./histories.ts";

/** What a run's line says before its histories. */
export interface RunHead {
  /** Its experiment's name. */
  readonly experiment_name: string;
  readonly experiment_id: string;
  readonly run_id: string;
  /** FINISHED, FAILED, … */
  readonly status: string;
  /** "active" or "deleted". */
  readonly lifecycle_stage: string;
  /** Milliseconds since the epoch, exact; 0 or null where none is known. */
  readonly start_time: number | bigint | null;
  /** Milliseconds since the epoch, exact; null while it is going on. */
  readonly end_time: number | bigint | null;
  /** By key. */
  readonly tags: Readonly<Record<string, string>>;
  /** By key. */
  readonly params: Readonly<Record<string, string>>;
  /** By key; also the texts "NaN", "Infinity" and "-Infinity". */
  readonly metrics_latest: Readonly<Record<string, number | string>>;
}

/** Who is told of the lines. */
export interface RunLinesOptions {
  /** Told of each run; returns who wants its histories, or null. */
  readonly onRun: (head: RunHead) => HistorySink | null;
  /** Told of a line that cannot be read, by its number from 1. */
  readonly onBadLine: (number: number) => void;
}

const NEWLINE = 0x0a;

/** No tag, param or latest value can imitate it: inside a JSON text every quote has a backslash, and theirs are no objects. */
const MARK = ', "metrics_history": {';

/** A line whose params and tags are longer is not read: MLflow's limits make a megabyte at most. */
const MOST_HEAD_BYTES = 64 << 20;

/** Looked at first: most lines have less before their histories, and what is looked at is made into text. Then as much again each time. */
const WINDOW_BYTES = 1 << 12;

const UTF8 = new TextDecoder();
// One character a byte, so that places in the text are places in the bytes.
const LATIN1 = new TextDecoder("latin1");

/** Reads a runs.json once, in memory that does not grow with it. Rejects as node:fs does. */
export async function readRunLines(path: string, { onRun, onBadLine }: RunLinesOptions): Promise<void> {
  let line = 1;
  let head: Uint8Array = new Uint8Array(0);
  let scanner: HistoryScanner | null = null;
  let isPastHead = false;

  /** Takes bytes of the line's head; returns how many of them belong to it. */
  function takeHead(bytes: Uint8Array): number {
    const before = head.length;
    head = before === 0 ? bytes : Buffer.concat([head, bytes]);
    const from = Math.max(0, before - MARK.length);
    const found = LATIN1.decode(head.subarray(from)).indexOf(MARK);
    if (found === -1) {
      if (head.length > MOST_HEAD_BYTES) giveHead(new Uint8Array(0));
      return bytes.length;
    }
    const end = from + found;
    giveHead(Buffer.concat([head.subarray(0, end), Buffer.from("}")]));
    return end + MARK.length - before;
  }
  function giveHead(bytes: Uint8Array): void {
    isPastHead = true;
    head = new Uint8Array(0);
    try {
      const sink = onRun(parseHead(bytes));
      scanner = sink === null ? null : new HistoryScanner(sink);
    } catch (error) {
      tellBadLine(error);
    }
  }
  function takeHistories(bytes: Uint8Array): void {
    try {
      if (scanner !== null && scanner.take(bytes) !== -1) scanner = null;
    } catch (error) {
      scanner = null;
      tellBadLine(error);
    }
  }
  /** What was thrown is of the line, unless who is told of it could not go on. */
  function tellBadLine(error: unknown): void {
    if (error instanceof AppError) throw error;
    onBadLine(line);
  }
  function endLine(): void {
    // A row without histories: whatever wrote it, the rest counts.
    if (!isPastHead && head.length > 0) giveHead(head);
    line++;
    head = new Uint8Array(0);
    scanner = null;
    isPastHead = false;
  }

  for await (const chunk of chunksOfPath(path)) {
    for (let at = 0; at < chunk.length;) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline === -1 ? chunk.length : newline;
      while (at < end && !isPastHead) {
        at += takeHead(chunk.subarray(at, Math.min(end, at + Math.max(WINDOW_BYTES, head.length))));
      }
      if (scanner !== null) takeHistories(chunk.subarray(at, end));
      at = end;
      if (newline === -1) continue;
      endLine();
      at++;
    }
    // The next chunk takes this one's place.
    head = head.slice();
  }
  if (head.length > 0) endLine();
}

function parseHead(bytes: Uint8Array): RunHead {
  const row = parseJson(UTF8.decode(bytes)) as Partial<RunHead> | null;
  if (typeof row?.run_id !== "string" || typeof row.experiment_id !== "string") throw new SyntaxError("It is no run");
  return {
    experiment_name: String(row.experiment_name ?? ""),
    experiment_id: row.experiment_id,
    run_id: row.run_id,
    status: String(row.status ?? ""),
    lifecycle_stage: String(row.lifecycle_stage ?? ""),
    start_time: wholeNumber(row.start_time),
    end_time: wholeNumber(row.end_time),
    tags: row.tags ?? {},
    params: row.params ?? {},
    metrics_latest: row.metrics_latest ?? {},
  };
}

function wholeNumber(value: unknown): number | bigint | null {
  return typeof value === "bigint" || value == null ? value ?? null : Number(value);
}
