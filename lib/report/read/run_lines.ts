/**
 * runs.json in one pass: of each line the part before the histories, and of these only what somebody wants.
 * @module
 */
import { Buffer } from "node:buffer";
import { chunksOfPath } from "../../lines/reader.ts";
import { shownName } from "../facts/shown.ts";
import { HistoryScanner, type HistorySink } from "./histories.ts";
import { parseRow } from "./row_json.ts";

/** What a run's line says before its histories. */
export interface RunHead {
  /** Its experiment's name. */
  readonly experiment_name: string;
  readonly experiment_id: string;
  readonly run_id: string;
  /** FINISHED, FAILED, …, as it is shown. */
  readonly status: string;
  /** Milliseconds since the epoch; 0 or null where none is known. */
  readonly start_time: number | null;
  /** Milliseconds since the epoch; null while it is going on. */
  readonly end_time: number | null;
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

/** Looked at in one go: more than most lines have before their histories. */
const WINDOW_BYTES = 1 << 15;

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
    } catch {
      onBadLine(line);
    }
  }
  function takeHistories(bytes: Uint8Array): void {
    try {
      if (scanner !== null && scanner.take(bytes) !== -1) scanner = null;
    } catch {
      scanner = null;
      onBadLine(line);
    }
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
      while (at < end && !isPastHead) at += takeHead(chunk.subarray(at, Math.min(end, at + WINDOW_BYTES)));
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
  const row = parseRow(UTF8.decode(bytes)) as Partial<RunHead> | null;
  if (typeof row?.run_id !== "string" || typeof row.experiment_id !== "string") throw new SyntaxError("It is no run");
  return {
    experiment_name: String(row.experiment_name ?? ""),
    experiment_id: row.experiment_id,
    run_id: row.run_id,
    status: shownName(row.status, 20),
    start_time: row.start_time == null ? null : Number(row.start_time),
    end_time: row.end_time == null ? null : Number(row.end_time),
    tags: row.tags ?? {},
    params: row.params ?? {},
    metrics_latest: row.metrics_latest ?? {},
  };
}
