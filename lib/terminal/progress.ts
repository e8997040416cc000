/**
 * Long work, shown: a live line in a terminal, a line of the log every ten seconds elsewhere.
 * @module
 */
import { clearInterval, setInterval } from "node:timers";
import { Account } from "./account.ts";
import { describe, render } from "./progress_line.ts";
import type { ProgressState } from "./progress_line.ts";
import type { Screen } from "./screen.ts";
import type { Counted, Failure, Logger, Progress } from "../logger.ts";

export interface ProgressOptions {
  /** Where the live line is drawn. */
  readonly screen: Screen;
  /** Where lines go when none can be drawn. */
  readonly logger: Logger;
  /** The clock, in milliseconds. @default {performance.now} */
  readonly now?: () => number;
  /** Between two live lines. @default {100} */
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

class ScreenProgress implements AccountedProgress {
  readonly account = new Account();
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  #label = "";
  #done = 0;
  #total: number | undefined;
  #detail = "";
  #startedAt = 0;
  #samples: { readonly at: number; readonly done: number }[] = [];
  #end: (() => void) | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#now = options.now ?? ((): number => performance.now());
  }

  start(label: string, total?: number): void {
    if (label !== this.#label || this.#end === undefined) {
      this.#startedAt = this.#now();
      this.#done = 0;
      this.#detail = "";
      this.#samples = [{ at: this.#startedAt, done: 0 }];
    }
    this.#label = label;
    this.#total = total;
    const { screen, every = everyUnref, drawIntervalMs = 100, logIntervalMs = 10_000 } = this.#options;
    this.#end ??= every(screen.canDraw ? drawIntervalMs : logIntervalMs, () => this.#tick());
    if (screen.canDraw) this.#tick();
  }

  advance(count = 1): void {
    this.#done += count;
  }

  detail(text: string): void {
    this.#detail = text;
  }

  count(what: Counted, amount?: number): void {
    this.account.count(what, amount);
  }

  failed(failure: Failure): void {
    this.account.failed(failure);
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.#options.screen.setLive("");
  }

  #tick(): void {
    const { screen, logger } = this.#options;
    const state = this.#state();
    if (screen.canDraw) screen.setLive(render(state, screen.columns - 1));
    else logger.info(describe(state));
  }

  #state(): ProgressState {
    const at = this.#now();
    const newest = this.#samples.at(-1);
    if (newest === undefined || at - newest.at >= 1000) this.#samples.push({ at, done: this.#done });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= RATE_WINDOW_MS) this.#samples.shift();
    const oldest = this.#samples[0] ?? { at, done: 0 };
    const ratePerSecond = at - oldest.at < 1000 ? undefined : 1000 * (this.#done - oldest.done) / (at - oldest.at);
    return {
      label: this.#label,
      done: this.#done,
      total: this.#total,
      ratePerSecond,
      elapsedMs: at - this.#startedAt,
      detail: this.#detail,
    };
  }
}

function everyUnref(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs).unref();
  return () => clearInterval(timer);
}
