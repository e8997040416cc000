/**
 * A server whose calls for histories are timed.
 * @module
 */
import type { HttpStream } from "../../../http/types.ts";
import { MlflowClient } from "../endpoints/client.ts";
import type { BulkReply, HistoryPage } from "../endpoints/points.ts";

/** One call that was answered. */
interface TimedCall {
  readonly points: number;
  readonly ms: number;
}

/** Answers as the server does, and remembers how long that took. */
export class TimedClient extends MlflowClient {
  readonly #calls: TimedCall[] = [];
  /** Calls whose replies are read by someone else: how long they take, and what is in them, is not known here. */
  #opened = 0;

  override bulkHistory(...given: Parameters<MlflowClient["bulkHistory"]>): Promise<BulkReply> {
    return this.#timed(super.bulkHistory(...given), ({ rows }) => rows);
  }

  override history(...given: Parameters<MlflowClient["history"]>): Promise<HistoryPage> {
    return this.#timed(super.history(...given), ({ items }) => items.length);
  }

  override openHistory(...given: Parameters<MlflowClient["openHistory"]>): Promise<HttpStream> {
    this.#opened++;
    return super.openHistory(...given);
  }

  /** Calls that were answered. */
  get answered(): number {
    return this.#calls.length + this.#opened;
  }

  /** Points in their answers but for those of long histories: those of runs that still wait for other histories too. */
  get points(): number {
    return this.#calls.reduce((sum, { points }) => sum + points, 0);
  }

  /** How much of the calls' time went with their number, and not with the points in them: 0 to 1, by least squares. */
  get callShare(): number {
    const calls = this.#calls;
    const mean = (of: (call: TimedCall) => number): number =>
      calls.reduce((sum, call) => sum + of(call), 0) / calls.length;
    const [points, ms] = [mean((call) => call.points), mean((call) => call.ms)];
    const spread = mean((call) => (call.points - points) ** 2);
    // Where all calls are alike, nothing tells the one from the other.
    if (!(spread > 0) || ms === 0) return 0.5;
    const msAPoint = mean((call) => (call.points - points) * (call.ms - ms)) / spread;
    return 1 - Math.min(1, Math.max(0, msAPoint * points / ms));
  }

  async #timed<T>(call: Promise<T>, pointsOf: (reply: T) => number): Promise<T> {
    const startMs = performance.now();
    const reply = await call;
    this.#calls.push({ points: pointsOf(reply), ms: performance.now() - startMs });
    return reply;
  }
}
