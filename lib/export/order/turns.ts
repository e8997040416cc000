/**
 * Whose turn it is: experiments end one after another, whether their runs were all written, there were none, or they could not be listed.
 * @module
 */
import { AppError, RefusedError, UnreachableError } from "../../errors.ts";
import type { ExportFolder } from "../../folder/export_folder.ts";
import { LAYOUT } from "../../folder/layout.ts";
import type { Logger, Progress } from "../../logger.ts";
import type { Experiment, ExperimentFailure } from "../../source/mod.ts";
import type { ExportProgress } from "../state/progress.ts";
import type { Totals } from "../state/totals.ts";

/** What {@linkcode Turns} works with. */
export interface TurnsOptions {
  /** The experiments that are left, in order. */
  readonly queue: readonly Experiment[];
  /** How far the export is. */
  readonly done: ExportProgress;
  /** Of whole experiments, where not all of their runs are written. */
  readonly totals: Totals;
  /** Those that could not be listed, told before their turn is over. */
  readonly failures: ReadonlyMap<string, ExperimentFailure>;
  /** Where rows go. */
  readonly folder: ExportFolder;
  /** Told about every failure. */
  readonly logger: Logger;
  /** Told of every experiment that ended, or failed. */
  readonly progress: Progress;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
}

/** The experiments of one export in their turn. */
export class Turns {
  readonly #options: TurnsOptions;
  #next = 0;
  #isBegun = false;

  /** The first one's rows are written from here on. */
  constructor(options: TurnsOptions) {
    this.#options = options;
    options.done.begin(options.folder.mark());
  }

  /** Ends the experiments before the one given, or all that are left for null: to be called before any row of that one is written. */
  async endUntil(nextId: string | null): Promise<void> {
    const { queue, done, totals, failures, folder, progress } = this.#options;
    if (!this.#isBegun) this.#reopen();
    this.#isBegun = true;
    for (let current = queue[this.#next]; current !== undefined && current.id !== nextId; current = queue[this.#next]) {
      this.#next++;
      const failure = failures.get(current.id);
      if (failure !== undefined) await this.#giveUp(failure);
      else {
        await folder.append(LAYOUT.experiments, done.finish(current, totals.get(current.id)) + "\n");
        progress.count("experiments");
      }
      done.begin(folder.mark());
    }
  }

  /** A folder that had ended is not to be imported while rows are added to it, and is to be gone on with until they are all there. */
  #reopen(): void {
    const { state } = this.#options.folder;
    for (const name of ["summary", "ended"]) state.forget(name);
  }

  /**
   * Throws where no experiment at all could be listed: then it is the server, or the account. The only one that was asked for may be damaged,
   * while nobody knows of the others.
   */
  failIfNoneListed(sourceName: string, { wereAllAsked }: { readonly wereAllAsked: boolean }): void {
    const { failed, finished } = this.#options.done;
    const [first] = failed;
    if (first === undefined || finished.length > 0) return;
    const message = `${sourceName} can list the runs of none of ${failed.length} experiments: ${first.reason}`;
    const hint = "Look into the server's own log, then go on with --resume";
    if (failed.every(({ status }) => status === 403)) throw new RefusedError(message, { status: 403, hint });
    if (!wereAllAsked && failed.length === 1) return;
    if (failed.every(({ status }) => status !== null && status >= 500)) throw new UnreachableError(message, { hint });
    throw new AppError(message, { hint });
  }

  /** Takes back what was written of an experiment: a part of its runs would have false totals, and Kiroframe numbers the oldest first. */
  async #giveUp({ experiment: { id, name }, status, error }: ExperimentFailure): Promise<void> {
    const { done, folder, logger, progress, redact = (text) => text } = this.#options;
    const reason = redact(error);
    const answer = status === null ? "" : ` (status ${status})`;
    const said = `Cannot list the runs of experiment ${id} "${name}"${answer}: ${reason}`;
    const mark = done.fail({ id, name, status, reason });
    if (mark === undefined) throw new AppError(said, { hint: "Version 0.1.0 began this folder: export anew" });
    await folder.cutBack(mark, done.state());
    progress.failed({ what: "experiments", status, words: reason });
    logger.error(`${said}; it is left out, and asked for again by --resume`);
  }
}
