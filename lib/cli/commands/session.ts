/**
 * What every command works with: the log, the progress line, and the signal that asks it to stop.
 * @module
 */
import { createLog } from "../../terminal/log.ts";
import type { Log, LogLevel } from "../../terminal/log.ts";
import { createProgress } from "../../terminal/progress.ts";
import type { Redactor } from "../../terminal/redact.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { Logger, Progress } from "../../logger.ts";

/** One command at work. */
export interface Session {
  /** The log, for the cli alone. */
  readonly log: Log;
  /** The same log, as the other rooms see it. */
  readonly logger: Logger;
  /** The progress line. */
  readonly progress: Progress;
  /** Where a command prints its result. */
  readonly screen: Screen;
  /** Knows every text that must never be shown. */
  readonly redactor: Redactor;
  /** Aborted when the command should stop. */
  readonly signal: AbortSignal;
  /** How to go on, should the command end here: printed after the reason. */
  advice: string | undefined;
}

/** How {@linkcode openSession} opens. */
export interface SessionOptions {
  /** Least level of the log. */
  readonly level: LogLevel;
  /** Log lines on the console too. */
  readonly console: boolean;
  /** Where the console's lines go. */
  readonly screen: Screen;
  /** Everything written goes through it. */
  readonly redactor: Redactor;
  /** Aborted when the command should stop. */
  readonly signal: AbortSignal;
}

/** Opens a session; whoever does closes its log. */
export function openSession({ level, console, ...parts }: SessionOptions): Session {
  const log = createLog({ level, console, redactor: parts.redactor, screen: parts.screen });
  const { logger } = log;
  return { log, logger, progress: createProgress({ screen: parts.screen, logger }), advice: undefined, ...parts };
}
