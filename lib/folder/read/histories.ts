/**
 * The histories of one line of runs.json, read piece by piece: a line may hold more points than memory.
 * @module
 */

/** Who wants what is in a line's histories. */
export interface HistorySink {
  /** Whether a metric's points are wanted: if not, they are not even parsed. Asked once for each metric. */
  wants(key: string): boolean;
  /** Given a metric's next points, as JSON text of a list. */
  points(key: string, json: string): void;
  /** Told why a metric has no history. */
  failed(key: string, reason: string): void;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [...'"\\[]{}'].map((sign) => sign.charCodeAt(0));

const UTF8 = new TextDecoder();
// Points are ASCII; this decoder needs no state between two pieces.
const LATIN1 = new TextDecoder("latin1");

type State = "between" | "key" | "value" | "points" | "error";

/** Takes what follows `"metrics_history": {`, in pieces of any size. */
export class HistoryScanner {
  readonly #sink: HistorySink;
  #state: State = "between";
  #key = "";
  #isWanted = false;
  /** Bytes of a key or an error that is not whole yet. */
  #held: number[] = [];
  #isQuoted = false;
  #isEscaped = false;
  /** The beginning of a point whose end is in the next piece. */
  #rest = "";

  /** Takes who wants what is found. */
  constructor(sink: HistorySink) {
    this.#sink = sink;
  }

  /** Takes the next piece; returns the index after the brace that ends the histories, or -1 where it is not in this piece. */
  take(bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length;) {
      if (this.#state === "points") {
        const end = bytes.indexOf(CLOSE_LIST!, at);
        this.#givePoints(bytes.subarray(at, end === -1 ? bytes.length : end));
        if (end === -1) return -1;
        this.#rest = "";
        this.#state = "between";
        at = end + 1;
        continue;
      }
      const byte = bytes[at++]!;
      if (this.#state === "between") {
        if (byte === CLOSE) return at;
        if (byte === QUOTE) this.#begin("key", byte);
      } else if (this.#state === "value") {
        if (byte === OPEN_LIST) this.#state = "points";
        else if (byte === OPEN) this.#begin("error", byte);
      } else this.#hold(byte);
    }
    return -1;
  }

  #begin(state: "key" | "error", byte: number): void {
    this.#state = state;
    this.#held = [byte];
    this.#isQuoted = state === "key";
    this.#isEscaped = false;
  }

  #hold(byte: number): void {
    this.#held.push(byte);
    const isEnd = this.#isQuoted ? byte === QUOTE && !this.#isEscaped : byte === CLOSE;
    if (!this.#isEscaped && byte === QUOTE) this.#isQuoted = !this.#isQuoted;
    this.#isEscaped = this.#isQuoted && byte === BACKSLASH && !this.#isEscaped;
    if (this.#state === "key" ? !isEnd : !(isEnd && byte === CLOSE)) return;
    const value = JSON.parse(UTF8.decode(new Uint8Array(this.#held)));
    if (this.#state === "key") {
      this.#key = value;
      this.#isWanted = this.#sink.wants(value);
      this.#state = "value";
    } else {
      this.#sink.failed(this.#key, String(value.error));
      this.#state = "between";
    }
  }

  #givePoints(bytes: Uint8Array): void {
    if (!this.#isWanted) return;
    const text = this.#rest + LATIN1.decode(bytes);
    const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
    this.#rest = text.slice(end + 1);
    if (end !== -1) this.#sink.points(this.#key, `[${text.slice(start, end + 1)}]`);
  }
}
