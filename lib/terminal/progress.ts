/**
 * Long work, shown: a live area in a terminal, a line of the log every ten seconds elsewhere. What is counted is kept in an account.
 * @module
 */
import { clearInterval, setInterval } from "node:timers";
import type { Counted, Failure, Logger, Progress } from "../logger.ts";
import { Account } from "./account.ts";
import { describe, type ProgressState, renderArea } from "./live_area.ts";
import type { Screen } from "./screen.ts";

/** How it is shown: "auto" draws where it can be drawn and is "plain" elsewhere; "plain": lines of the log; "none": not at all. */
export type ProgressMode = "auto" | "plain" | "none";

export interface ProgressOptions {
  /** Where the live area is drawn. */
  readonly screen: Screen;
  /** Where lines go when none can be drawn. */
  readonly logger: Logger;
  /** How it is shown. @default {"auto"} */
  readonly mode?: ProgressMode;
  /** The clock, in milliseconds. @default {performance.now} */
  readonly now?: () => number;
  /** Between two drawings. @default {100} */
  readonly drawIntervalMs?: number;
  /** Between two lines of the log. @default {10_000} */
  readonly logIntervalMs?: number;
  /** Calls a function again and again, and returns what ends that. @default a timer that keeps no process alive */
  readonly every?: (intervalMs: number, tick: () => void) => () => void;
}

/** Rates are taken over this time: long enough to be calm, short enough to follow a server that slows down. */
const RATE_WINDOW_MS = 30_000;

/** A progress, and the account that it keeps. */
export interface AccountedProgress extends Progress {
  readonly account: Account;
}

/** Creates a progress that shows nothing until it is started. */
export function createProgress(options: ProgressOptions): AccountedProgress {
  return new ScreenProgress(options);
}

/** One piece of work. */
interface Work {
  readonly label: string;
  readonly startedAt: number;
  /** What the account had when it began. */
  readonly before: Account;
  /** What was done over time, for the rate. */
  readonly samples: { readonly at: number; readonly done: number }[];
  done: number;
  total: number | undefined;
  experiments: { readonly total: number; readonly before: number } | undefined;
  detail: string;
}

class ScreenProgress implements AccountedProgress {
  readonly account = new Account();
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  readonly #waits = new Set<{ readonly reason: string; readonly until: number }>();
  readonly #throttled = new Map<string, { readonly service: string; readonly places: number; readonly most: number }>();
  #work: Work | undefined;
  #end: (() => void) | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#now = options.now ?? ((): number => performance.now());
  }

  start(label: string, total?: number): void {
    if (this.#work === undefined || label !== this.#work.label || this.#end === undefined) {
      const at = this.#now();
      const samples = [{ at, done: 0 }];
      const before = this.account.copy();
      this.#work = { label, startedAt: at, before, samples, done: 0, total, experiments: undefined, detail: "" };
    }
    this.#work.total = total;
    const { screen, mode, every = everyUnref, drawIntervalMs = 100, logIntervalMs = 10_000 } = this.#options;
    if (mode === "none") return;
    this.#end ??= every(this.#draws ? drawIntervalMs : logIntervalMs, () => this.#tick());
    if (this.#draws) screen.setLive(this.#area());
  }

  expectExperiments(total: number, before = 0): void {
    if (this.#work !== undefined) this.#work.experiments = { total, before };
  }

  advance(count = 1): void {
    if (this.#work !== undefined) this.#work.done += count;
  }

  detail(text: string): void {
    if (this.#work !== undefined) this.#work.detail = text;
  }

  count(what: Counted, amount?: number): void {
    this.account.count(what, amount);
  }

  failed(failure: Failure): void {
    this.account.failed(failure);
  }

  waiting(reason: string, ms: number): () => void {
    const wait = { reason, until: this.#now() + ms };
    this.#waits.add(wait);
    this.account.count("retries");
    return () => void this.#waits.delete(wait);
  }

  throttled(service: string, places: number, most: number): void {
    if (places < most) this.#throttled.set(service, { service, places, most });
    else this.#throttled.delete(service);
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.#options.screen.setLive([]);
  }

  get #draws(): boolean {
    return this.#options.mode !== "plain" && this.#options.screen.canDraw;
  }

  #tick(): void {
    const { screen, logger } = this.#options;
    if (this.#draws) screen.setLive(this.#area());
    else if (this.#work !== undefined) logger.info(describe(this.#state(this.#work)));
  }

  #area(): string[] {
    return this.#work === undefined ? [] : renderArea(this.#state(this.#work), this.#options.screen.columns - 1);
  }

  #state(work: Work): ProgressState {
    const { label, startedAt, samples, done, total, experiments, detail } = work;
    const at = this.#now();
    const newest = samples.at(-1);
    if (newest === undefined || at - newest.at >= 1000) samples.push({ at, done });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) >= RATE_WINDOW_MS) samples.shift();
    const oldest = samples[0] ?? { at, done: 0 };
    const ratePerSecond = at - oldest.at < 1000 ? undefined : 1000 * (done - oldest.done) / (at - oldest.at);
    const elapsedMs = at - startedAt;
    const of = (...names: readonly Counted[]): number =>
      names.reduce((sum, what) => sum + this.account.of(what) - work.before.of(what), 0);
    const ended = of("experiments");
    // Experiments differ in size: what is left of them is a guess, and none before the first is done.
    const leftMs = experiments !== undefined
      ? ended === 0 ? undefined : elapsedMs * (experiments.total - experiments.before - ended) / ended
      : total === undefined || !ratePerSecond
      ? undefined
      : 1000 * Math.max(0, total - done) / ratePerSecond;
    const waits = [...this.#waits];
    return {
      label,
      done,
      total,
      experiments: experiments && { done: experiments.before + ended, total: experiments.total },
      counts: {
        unchanged: of("unchangedRuns"),
        points: of("points"),
        artifactFiles: of("artifactFiles"),
        artifactBytes: of("artifactBytes"),
        sent: of("sentExperiments", "sentRuns", "sentModels"),
        skipped: of("skippedExperiments", "skippedRuns", "skippedModels"),
        failed: this.account.failedCount - work.before.failedCount,
      },
      ratePerSecond,
      elapsedMs,
      leftMs,
      detail,
      waiting: waits.length === 0 ? undefined : {
        calls: waits.length,
        ms: Math.max(0, Math.min(...waits.map(({ until }) => until)) - at),
        reason: waits.at(-1)?.reason ?? "",
      },
      throttled: [...this.#throttled.values()][0],
    };
  }
}

function everyUnref(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs).unref();
  return () => clearInterval(timer);
}
