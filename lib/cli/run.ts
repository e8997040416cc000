/**
 * From arguments to an exit code: parses, runs the command, and explains what went wrong. The one place where errors end.
 * @module
 */
import { resolve } from "node:path";
import { AppError, exitCodeOf, messageOf } from "../errors.ts";
import { isDatabaseError } from "../runtime/sqlite.ts";
import { LAYOUT } from "../folder/layout.ts";
import { stateError } from "../folder/state.ts";
import { createRedactor } from "../terminal/redact.ts";
import { Screen } from "../terminal/screen.ts";
import type { Output } from "../terminal/screen.ts";
import { Account } from "../terminal/account.ts";
import { blockOf } from "./end/block.ts";
import { documentOf } from "./end/document.ts";
import { nextCommand } from "./end/next.ts";
import { parseCommandLine } from "./parse/command_line.ts";
import type { ParseSystem, RunCommand } from "./parse/command_line.ts";
import { seenOn } from "./parse/seen.ts";
import { secretsOf } from "./tables/secrets.ts";
import { openSession } from "./commands/session.ts";
import type { CommandInput, Session } from "./commands/session.ts";
import type { CommandName } from "./tables/commands.ts";

/** What the program is given of the machine: all that it touches besides files and network. */
export interface System extends ParseSystem {
  /** For what the program has to say. */
  readonly stdout: Output;
  /** For errors and the progress line. */
  readonly stderr: Output;
  /** Aborted when the user or the system asks the program to stop. */
  readonly signal: AbortSignal;
}

/** Runs the program; resolves with its exit code (README, "Exit codes") and never rejects. */
export async function run(argv: readonly string[], system: System): Promise<number> {
  const startedMs = performance.now();
  const redactor = createRedactor();
  const screen = new Screen({ stdout: system.stdout, stderr: system.stderr, env: system.env, redactor });
  let session: Session | undefined;
  let failure: unknown;
  try {
    const parsed = parseCommandLine(argv, system);
    if (parsed.command === "print") {
      screen.printText(parsed.text);
      return 0;
    }
    const { json } = parsed.config;
    if (json) screen.keepStdout();
    redactor.add(secretsOf(parsed.config));
    redactor.keep(pathsTyped(parsed));
    session = openSession({
      command: parsed.command,
      level: parsed.config.logLevel,
      isLevelGiven: parsed.config.given.has("logLevel"),
      progress: parsed.config.progress,
      console: parsed.command !== "demo",
      json,
      screen,
      redactor,
      signal: system.signal,
    });
    for (const warning of parsed.warnings) session.logger.warn(warning);
    // One of the union, whose command and Config belong together.
    await runCommand(parsed as RunCommand<CommandName>, session);
  } catch (thrown) {
    session?.progress.stop();
    // Whatever broke on the way, the user asked for the end: that is what is told.
    failure = system.signal.aborted ? system.signal.reason : inWords(thrown);
    printFailure(failure, { screen, session });
  } finally {
    session?.progress.stop();
    session?.log.close();
  }
  const exitCode = failure === undefined ? 0 : exitCodeOf(failure);
  const { command, json } = session ?? seenOn(argv);
  const { told = {}, advice: { next: advised } = {} } = session ?? {};
  const result = documentOf({
    command,
    error: failure,
    account: session?.progress.account ?? new Account(),
    told,
    seconds: (performance.now() - startedMs) / 1000,
    next: nextCommand({ command, argv: argv.map(redactor.redact), exitCode, told, advised }),
  });
  if (json) screen.printDocument(result);
  else screen.printText(blockOf(result));
  return exitCode;
}

function printFailure(
  failure: unknown,
  { screen, session }: { readonly screen: Screen; readonly session: Session | undefined },
): void {
  const hint = failure instanceof AppError ? failure.hint : undefined;
  const advice = [hint, session?.advice.text].filter((text) => text !== undefined).join(". ") || undefined;
  if (session === undefined) screen.printError(messageOf(failure), advice);
  else session.log.printError(messageOf(failure), advice);
  if (!(failure instanceof AppError) && failure instanceof Error) session?.logger.debug(failure.stack ?? "");
}

/** The paths on a command line, as they were typed and as they are told. */
function pathsTyped(
  { operands, config }: { readonly operands: readonly string[]; readonly config: object },
): string[] {
  const values: Readonly<Record<string, unknown>> = { ...config };
  const typed = [values["baseDir"], values["resume"], ...operands].filter((path) => typeof path === "string");
  return typed.flatMap((path) => [path, resolve(path)]);
}

/** SQLite does not say which file it could not read or write. */
function inWords(thrown: unknown): unknown {
  return isDatabaseError(thrown) ? stateError(LAYOUT.state, thrown) : thrown;
}

/** Commands load when they are run, so that --help stays quick. */
const COMMANDS: { readonly [C in CommandName]: () => Promise<(input: CommandInput<C>) => Promise<void>> } = {
  plain: async () => (await import("./commands/plain.ts")).plainCommand,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  import: async () => (await import("./commands/import.ts")).importCommand,
  sync: async () => (await import("./commands/sync.ts")).syncCommand,
  plan: async () => (await import("./commands/plan.ts")).planCommand,
  merge: async () => (await import("./commands/merge.ts")).mergeCommand,
  report: async () => (await import("./commands/report.ts")).reportCommand,
  verify: async () => (await import("./commands/verify.ts")).verifyCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  demo: async () => (await import("./commands/demo.ts")).demoCommand,
};

async function runCommand<C extends CommandName>(
  { command, operands, config, envFile }: RunCommand<C>,
  session: Session,
): Promise<void> {
  const run = await COMMANDS[command]();
  await run({ operands, config, envFile, session });
}
