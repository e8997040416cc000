/**
 * What every command works with: the log, the progress line, and the signal that asks it to stop.
 * @module
 */
import { dirname } from "node:path";
import { pathsOf } from "../../folder/layout.ts";
import type { EnvFileNames } from "../../jobs/doctor/run.ts";
import type { JobContext, NextCommand } from "../../jobs/context.ts";
import type { Told } from "../../jobs/told.ts";
import { createLog } from "../../terminal/log.ts";
import type { Log, LogLevel } from "../../terminal/log.ts";
import { type AccountedProgress, createProgress, type ProgressMode } from "../../terminal/progress.ts";
import type { Redactor } from "../../terminal/redact.ts";
import type { Screen } from "../../terminal/screen.ts";
import type { Config } from "../parse/config.ts";
import type { CommandName } from "../tables/commands.ts";

/** One command at work. */
export interface Session extends JobContext {
  readonly command: CommandName;
  /** Whether --json was given. */
  readonly json: boolean;
  /** Whether a live area is drawn while it works. */
  readonly showsLive: boolean;
  /** The log, for the cli alone. */
  readonly log: Log;
  /** Prints the result of a command that is asked for one, unless --json wants standard output for its document. */
  print(text: string): void;
  /** Aborted when the command should stop. */
  readonly signal: AbortSignal;
  /** Counts, and shows them. */
  readonly progress: AccountedProgress;
  /** What the command told of itself so far. */
  readonly told: Told;
  /** How to go on, should the command end here: printed after the reason. */
  readonly advice: { readonly text?: string; readonly next?: NextCommand };
}

/** What a command is run with. */
export interface CommandInput<C extends CommandName> {
  /** What stood beside the options. */
  readonly operands: readonly string[];
  /** Validated and frozen. */
  readonly config: Config<C>;
  /** The file of --env-file, where one was given. */
  readonly envFile?: EnvFileNames;
  /** Log, screen, signal. */
  readonly session: Session;
}

/** How {@linkcode openSession} opens. */
export interface SessionOptions {
  readonly command: CommandName;
  /** Least level of the log. */
  readonly level: LogLevel;
  /** Whether the user chose that level. */
  readonly isLevelGiven: boolean;
  /** How progress is shown. */
  readonly progress: ProgressMode;
  /** Log lines on the console too. */
  readonly console: boolean;
  /** Whether --json was given. */
  readonly json: boolean;
  /** Where the console's lines go. */
  readonly screen: Screen;
  /** Everything written goes through it. */
  readonly redactor: Redactor;
  /** Aborted when the command should stop. */
  readonly signal: AbortSignal;
}

/** Opens a session; whoever does closes its log. */
export function openSession(options: SessionOptions): Session {
  const { command, level, isLevelGiven, progress: mode, console, json, screen, redactor, signal } = options;
  // Where a live area tells how it goes, lines that say so too are noise; export.log has them.
  const isCalm = mode === "auto" && screen.sharesTerminal && !isLevelGiven && level === "INFO";
  const log = createLog({ level, consoleLevel: isCalm ? "WARNING" : level, console, redactor, screen });
  const { logger } = log;
  let told: Told = {};
  let advice: Session["advice"] = {};
  return {
    command,
    json,
    showsLive: mode === "auto" && screen.canDraw,
    log,
    logger,
    progress: createProgress({ screen, logger, mode }),
    print: (text) => json ? undefined : screen.printText(text),
    signal,
    get told() {
      return told;
    },
    get advice() {
      return advice;
    },
    hide: redactor.add,
    redact: redactor.redact,
    openLog(path): void {
      redactor.keep(pathsOf(dirname(path)));
      log.openFile(path);
    },
    tell: (facts) => void (told = { ...told, ...facts }),
    advise: (text, next) => void (advice = { text, next }),
  };
}
