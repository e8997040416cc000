/**
 * What every command works with: the log, the progress line, and the signal that asks it to stop.
 * @module
 */
import { dirname } from "node:path";
import { pathsOf } from "../../folder/layout.ts";
import type { JobContext } from "../../jobs/context.ts";
import { createLog } from "../../terminal/log.ts";
import type { Log, LogLevel } from "../../terminal/log.ts";
import { createProgress } from "../../terminal/progress.ts";
import type { Redactor } from "../../terminal/redact.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { Config } from "../parse/config.ts";
import type { CommandName } from "../tables/commands.ts";

/** One command at work. */
export interface Session extends JobContext {
  /** The log, for the cli alone. */
  readonly log: Log;
  /** Where a command prints its result. */
  readonly screen: Screen;
  /** Aborted when the command should stop. */
  readonly signal: AbortSignal;
  /** How to go on, should the command end here: printed after the reason. */
  advice: string | undefined;
}

/** What a command is run with. */
export interface CommandInput<C extends CommandName> {
  /** What stood beside the options. */
  readonly operands: readonly string[];
  /** Validated and frozen. */
  readonly config: Config<C>;
  /** Log, screen, signal. */
  readonly session: Session;
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
export function openSession({ level, console, screen, redactor, signal }: SessionOptions): Session {
  const log = createLog({ level, console, redactor, screen });
  const { logger } = log;
  const session: Session = {
    log,
    logger,
    progress: createProgress({ screen, logger }),
    screen,
    signal,
    advice: undefined,
    hide: redactor.add,
    redact: redactor.redact,
    openLog(path): void {
      redactor.keep(pathsOf(dirname(path)));
      log.openFile(path);
    },
    advise: (text) => void (session.advice = text),
  };
  return session;
}
