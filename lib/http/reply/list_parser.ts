/**
 * A reply of JSON parsed as it comes. V8 puts what it parses from more than 100 KB of text straight into the memory that only
 * a full collection frees: parsed whole, megabytes a second make the process grow to a multiple of what it holds.
 * @module
 */
import { parseJson } from "../../json/exact.ts";
import { GarbageWatch } from "../../runtime/garbage.ts";

/** Characters that are waited for before a piece is parsed. */
const PIECE = 1 << 15;

/** Places at which a piece is tried to be cut, before more is waited for. */
const MAX_TRIES = 4;

/** What is parsed is garbage soon. */
const GARBAGE = new GarbageWatch();

/** Parses an object that begins with a list of objects some of them at a time, and everything else as a whole. */
export class ListParser {
  readonly #piece: number;
  #text = "";
  /** How long the text shall be when it is next tried to be cut. */
  #enough: number;
  /** The list's name as it is written, quotes included; undefined until its beginning is found. */
  #key: string | undefined;
  #separator = "";

  /** Creates a parser of one reply, which waits for so many characters before it parses some. */
  constructor(piece: number = PIECE) {
    this.#piece = piece;
    this.#enough = piece;
  }

  /** Characters that are held: of no complete item yet. */
  get held(): number {
    return this.#text.length;
  }

  /** Takes the next piece of the text. Returns the items that are complete with it, or some of them. */
  push(text: string): readonly unknown[] {
    this.#text += text;
    GARBAGE.count(text.length);
    if (this.#text.length < this.#enough) return [];
    if (this.#key === undefined) this.#findList();
    const items = this.#key === undefined ? undefined : this.#cut();
    this.#enough = Math.max(this.#piece, 2 * this.#text.length);
    return items ?? [];
  }

  /**
   * Says that nothing more comes. Returns what is left: where items were given before, `text` is an object whose first key
   * holds the last ones.
   */
  end(): { readonly text: string; readonly key: string | undefined } {
    if (this.#key === undefined) return { text: this.#text, key: undefined };
    return { text: `{${this.#key}:[${this.#text}`, key: JSON.parse(this.#key) };
  }

  #findList(): void {
    const [head, key, space = ""] = /^\s*\{\s*("[^"\\]*")\s*:\s*\[(\s*)(?=\{)/.exec(this.#text) ?? [];
    if (head === undefined || key === undefined) return;
    this.#key = key;
    // Between two items stands what stands before the first one; some that write all in one line put a blank there.
    const blank = space === "" && !this.#text.includes("},{") ? " " : space;
    this.#separator = `},${blank}{`;
    this.#text = this.#text.slice(head.length);
  }

  /**
   * Cuts at the last place where an object ends and another begins. That may be inside a string or a deeper list: then
   * what stands before it is no JSON, and the place before it is tried.
   */
  #cut(): readonly unknown[] | undefined {
    let end = this.#text.length;
    for (let tries = 0; tries < MAX_TRIES && end > 0; tries++) {
      end = this.#text.lastIndexOf(this.#separator, end - 1);
      if (end === -1) return undefined;
      const items = tryParse(`[${this.#text.slice(0, end + 1)}]`);
      if (items === undefined) continue;
      this.#text = this.#text.slice(end + this.#separator.length - 1);
      return items as readonly unknown[];
    }
    return undefined;
  }
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    // Too deep a nesting is a RangeError: the whole of the reply tells what it is.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
