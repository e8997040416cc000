/**
 * The log: LogTape's records and formatter, in the reference's two forms, on the console and in export.log.
 * LogTape's loggers are left aside, being configured once a process; so is its file sink, which syncs the disk at nearly
 * every record (1.4 ms measured, against 5 µs).
 * @module
 */
import { compareLogLevel, getTextFormatter } from "@logtape/logtape";
import type { LogLevel as TapeLevel, LogRecord, TextFormatter } from "@logtape/logtape";
import { closeSync, openSync, writeSync } from "node:fs";
import { AppError, messageOf } from "../errors.ts";
import { callSiteOf } from "./call_site.ts";
import type { Redactor } from "./redact.ts";
import type { Screen } from "./screen.ts";
import type { Logger } from "../logger.ts";
import { visible } from "../visible.ts";

/** Python's names of the levels, as --log-level has them. */
export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

export interface LogOptions {
  /** Records below it are dropped, on the console and in the file. */
  readonly level: LogLevel;
  /** Records below it are not shown on the console, though they are in the file. @default {what `level` is} */
  readonly consoleLevel?: LogLevel;
  /** Where console lines and errors go. @default none: only the file is written */
  readonly screen?: Screen;
  /** Whether records are shown on the console; errors always are. @default {true} */
  readonly console?: boolean;
  /** Every line goes through it. */
  readonly redactor: Redactor;
  /** The clock. @default {Date.now} */
  readonly now?: () => number;
}

/** A log: the Logger that rooms are handed, and what only the cli does with it. */
export interface Log {
  readonly logger: Logger;
  /**
   * Appends all records to a file from now on, beginning with those written since the log was created.
   * Throws AppError when the file cannot be opened.
   */
  openFile(path: string): void;
  /** Writes why the program failed: to standard error, and at level CRITICAL to the file. */
  printError(message: string, hint?: string): void;
  close(): void;
}

const TAPE_LEVELS: Readonly<Record<LogLevel, TapeLevel>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "fatal",
};

/** The reference's name of its logger, which stands in every line of export.log. */
const CATEGORY = ["mlf_export"];

/** Records that wait for the file at most: it is opened early, or never. */
const MAX_WAITING = 1000;

/** Creates a log without a file. Many may live in one process. */
export function createLog(options: LogOptions): Log {
  return new TwoFormLog(options);
}

class TwoFormLog implements Log {
  readonly #options: LogOptions;
  #waiting: string[] | undefined = [];
  #path = "";
  #fd: number | undefined;

  readonly logger: Logger = {
    debug: this.#method("DEBUG"),
    info: this.#method("INFO"),
    warn: this.#method("WARNING"),
    error: this.#method("ERROR"),
  };

  constructor(options: LogOptions) {
    this.#options = options;
  }

  openFile(path: string): void {
    this.close();
    try {
      this.#fd = openSync(path, "a");
    } catch (cause) {
      throw new AppError(`Cannot open the log "${path}": ${messageOf(cause)}`, { cause });
    }
    this.#path = path;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const line of waiting) this.#append(line);
  }

  printError(message: string, hint?: string): void {
    this.#options.screen?.printError(message, hint);
    for (const text of hint === undefined ? [message] : [message, hint]) {
      this.#append(inFile(this.#record("CRITICAL", text, this.printError)));
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #method(level: LogLevel): (message: string) => void {
    const write = (message: string): void => {
      const isBelow = (least: LogLevel): boolean => compareLogLevel(TAPE_LEVELS[level], TAPE_LEVELS[least]) < 0;
      const { level: least, consoleLevel = least, console } = this.#options;
      if (isBelow(least)) return;
      const record = this.#record(level, message, write);
      if (console !== false && !isBelow(consoleLevel)) this.#print(level, onConsole(record).trimEnd());
      this.#append(inFile(record));
    };
    return write;
  }

  #print(level: LogLevel, line: string): void {
    const color = level === "ERROR" ? "red" : level === "WARNING" ? "yellow" : undefined;
    this.#options.screen?.print(line, color === undefined ? undefined : { word: level, color });
  }

  /** The message is a value, not a template: names may hold {braces}. */
  #record(level: LogLevel, message: string, callee: (...args: never[]) => unknown): LogRecord {
    const site = this.#fd === undefined && this.#waiting === undefined ? undefined : callSiteOf(callee);
    return {
      category: CATEGORY,
      level: TAPE_LEVELS[level],
      message: ["", message, ""],
      rawMessage: "{message}",
      timestamp: (this.#options.now ?? Date.now)(),
      properties: { message },
      ...(site === undefined ? {} : { sourceLocation: { ...site, column: 1 } }),
    };
  }

  #append(line: string): void {
    // Again for lines that waited: a secret may have become known since.
    const text = this.#options.redactor.redact(line);
    if (this.#fd === undefined) {
      if (this.#waiting !== undefined && this.#waiting.length < MAX_WAITING) this.#waiting.push(text);
      return;
    }
    try {
      const bytes = new TextEncoder().encode(text);
      for (let written = 0; written < bytes.length;) written += writeSync(this.#fd, bytes, written);
    } catch (error) {
      // A full disk must not end the work, nor be told at every line.
      this.close();
      this.#options.screen?.printError(`Cannot write the log "${this.#path}": ${messageOf(error)}`);
    }
  }
}

/** `[2026-11-23 21:07:12,439] INFO: message` */
const onConsole: TextFormatter = formatter((time, level, message) => `[${time}] ${level}: ${message}`);

/** `2026-11-23 21:07:12,439 INFO [mlf_export] export.ts:212: message` */
const inFile: TextFormatter = formatter((time, level, message, place) =>
  `${time} ${level} [${CATEGORY}] ${place}: ${message}`
);

function formatter(line: (time: string, level: string, message: string, place: string) => string): TextFormatter {
  return getTextFormatter({
    timestamp: "date-time",
    // null is the local one.
    timeZone: null,
    level: (level) => Object.entries(TAPE_LEVELS).find(([, tape]) => tape === level)?.[0] ?? level,
    value: (value) => visible(String(value)),
    sourceLocation: ({ file, line }) => `${file}:${line}`,
    format: ({ timestamp, level, message, sourceLocation }) =>
      line((timestamp ?? "").replace(".", ","), level, message, sourceLocation ?? "-"),
  });
}
