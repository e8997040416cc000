/**
 * The time limit of one attempt, joined with the signal of those who may call it off.
 * @module
 */

/** Aborts its signal when the time is over, or when its parent aborts. Must be stopped. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal | undefined;
  readonly #onAbort: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  /** The time limit. */
  readonly timeoutMs: number;

  /** Starts the time. */
  constructor(timeoutMs: number, parent?: AbortSignal) {
    this.timeoutMs = timeoutMs;
    this.#parent = parent;
    this.#onAbort = () => this.#controller.abort(parent?.reason);
    parent?.addEventListener("abort", this.#onAbort);
    if (parent?.aborted) this.#onAbort();
    this.restart();
  }

  /** Aborts at the end of the time, or with the parent. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True if the time was over before anything else. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives the whole time once more. */
  restart(): void {
    this.pause();
    if (this.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort(new DOMException("The time is over", "TimeoutError"));
    }, this.timeoutMs);
  }

  /** Stops the time until {@linkcode Deadline.restart}; the parent is still heard. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Ends it: no timer and no listener stays. */
  stop(): void {
    this.pause();
    this.#parent?.removeEventListener("abort", this.#onAbort);
  }
}

/** Several signals as one. */
export interface LinkedSignal {
  /** Aborts with the first of them, and with its reason; undefined without any. */
  readonly signal: AbortSignal | undefined;
  /** Ends it: no listener stays. */
  unlink(): void;
}

/**
 * Links signals to one. Not AbortSignal.any(): what it makes stays with a signal that lives as long as the program, and
 * under Node 22 each further one takes longer (40,000 took two minutes).
 */
export function linkSignals(parents: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const signals = [...new Set(parents.filter((parent) => parent !== undefined))];
  if (signals.length < 2) return { signal: signals[0], unlink: () => {} };
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signals.find((each) => each.aborted)?.reason);
  for (const each of signals) each.addEventListener("abort", onAbort);
  if (signals.some((each) => each.aborted)) onAbort();
  return {
    signal: controller.signal,
    unlink: () => {
      for (const each of signals) each.removeEventListener("abort", onAbort);
    },
  };
}

/** Waits. Rejects with the signal's reason when it aborts. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const deadline = new Deadline(ms, signal);
  try {
    signal?.throwIfAborted();
    await new Promise((resolve) => deadline.signal.addEventListener("abort", resolve));
    signal?.throwIfAborted();
  } finally {
    deadline.stop();
  }
}
