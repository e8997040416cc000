/**
 * The one owner of standard output and standard error: lines go above the live area, so that neither breaks the other.
 * @module
 */
import type { Redactor } from "./redact.ts";
import { fit, visible, widthOf } from "../visible.ts";

/** A stream that text is written to: process.stdout, process.stderr, or what a test looks into. */
export interface Output {
  write(text: string): unknown;
  /** Whether a person looks at it. */
  readonly isTTY?: boolean;
  /** Width of that person's terminal. */
  readonly columns?: number;
  /** Its height. */
  readonly rows?: number;
  /** Tells of a reader that went away. */
  on?(event: "error", listener: () => void): unknown;
}

export interface ScreenOptions {
  /** For what the program has to say: log lines, help. */
  readonly stdout: Output;
  /** For errors and the live area. */
  readonly stderr: Output;
  /** Of which CI, TERM and NO_COLOR are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything that is written goes through it. */
  readonly redactor: Redactor;
}

/** Clears the line, and the rest of it. */
const [CLEAR_LINE, CLEAR_REST] = ["\x1b[2K", "\x1b[K"];

/** Writes lines to the terminal, and keeps a live area at its bottom. */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #broken = new Set<Output>();
  #live: readonly string[] = [];
  #keepsStdout = false;

  /** Creates a screen; a reader that goes away (`| head`) is forgotten, never a failure. */
  constructor(options: ScreenOptions) {
    this.#options = options;
    for (const output of [options.stdout, options.stderr]) output.on?.("error", () => this.#broken.add(output));
  }

  /** Whether a live area can be drawn: a terminal that knows its width, and no CI. */
  get canDraw(): boolean {
    const { stderr, env } = this.#options;
    const isCi = !["", "0", "false"].includes(env["CI"] ?? "");
    return stderr.isTTY === true && this.columns > 0 && !isCi && env["TERM"] !== "dumb";
  }

  /** The columns that a line may take. 0: unknown. */
  get columns(): number {
    return this.#options.stderr.columns ?? 0;
  }

  /** From now on standard output is left to {@linkcode Screen.printDocument}: lines and text go to standard error. */
  keepStdout(): void {
    this.#keepsStdout = true;
  }

  /** Writes a value to standard output, as JSON in one line; secrets are taken out of its strings. */
  printDocument(value: unknown): void {
    const redact = (_key: string, part: unknown): unknown =>
      typeof part === "string" ? this.#options.redactor.redact(part) : part;
    this.#write(this.#options.stdout, `${JSON.stringify(value, redact)}\n`);
  }

  /** Writes a line to standard output; in a terminal the given word of it may be coloured. */
  print(line: string, highlight?: Highlight): void {
    this.#above(this.#out, this.#coloured(this.#out, line, highlight));
  }

  /** Writes text of our own, which may have many lines, to standard output: help, a summary. */
  printText(text: string): void {
    if (text !== "") this.#above(this.#out, text.replace(/\n$/, ""));
  }

  /** Writes the reason of a failure to standard error, one line, and below it what to do. */
  printError(message: string, hint?: string): void {
    const line = this.#coloured(this.#options.stderr, `ERROR: ${visible(message)}`, {
      word: "ERROR",
      color: "red",
    });
    this.#above(this.#options.stderr, hint === undefined ? line : `${line}\n${visible(hint)}`);
  }

  /** Whether lines and live area meet in one terminal. */
  get sharesTerminal(): boolean {
    return this.canDraw && this.#out.isTTY === true;
  }

  /** Replaces the live area; none clears it. Does nothing where {@linkcode canDraw} is false. */
  setLive(lines: readonly string[]): void {
    if (!this.canDraw) return;
    const { redactor, stderr: { rows = 24 } } = this.#options;
    // The last column stays free: there, some terminals go on to the next line. What is higher than the terminal cannot be taken back.
    const next = lines.slice(0, Math.max(1, rows - 1)).map((line) => fit(redactor.redact(line), this.columns - 1));
    if (next.join("\n") === this.#live.join("\n")) return;
    const height = this.#height;
    this.#live = next;
    // What is higher than what comes is cleared first; else nothing is, so that nothing flickers.
    const begin = height > next.length ? cleared(height) : back(height);
    this.#write(this.#options.stderr, begin + this.#text);
  }

  /** The cursor rests on the line below: what is typed, the ^C of an interruption too, breaks no line of ours. */
  get #text(): string {
    return this.#live.length === 0 ? "" : this.#live.map((line) => `${line}${CLEAR_REST}\n`).join("") + CLEAR_REST;
  }

  /** Lines that the live area takes: a terminal that became narrower has broken its lines. */
  get #height(): number {
    return this.#live.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / this.columns)), 0);
  }

  get #out(): Output {
    return this.#keepsStdout ? this.#options.stderr : this.#options.stdout;
  }

  #above(output: Output, text: string): void {
    const lines = `${this.#options.redactor.redact(text)}\n`;
    if (this.#live.length === 0) return this.#write(output, lines);
    this.#write(this.#options.stderr, cleared(this.#height));
    this.#write(output, lines);
    this.#write(this.#options.stderr, this.#text);
  }

  #coloured(output: Output, line: string, highlight: Highlight | undefined): string {
    // https://no-color.org: any value but the empty one.
    if (highlight === undefined || output.isTTY !== true || this.#options.env["NO_COLOR"]) return line;
    const { word, color } = highlight;
    return line.replace(word, () => `\x1b[${color === "red" ? 31 : 33}m${word}\x1b[39m`);
  }

  #write(output: Output, text: string): void {
    if (this.#broken.has(output)) return;
    try {
      output.write(text);
    } catch {
      this.#broken.add(output);
    }
  }
}

/** Moves to the beginning of so many lines, from the line below them. */
function back(height: number): string {
  return height === 0 ? "" : `\r\x1b[${height}A`;
}

/** Clears so many lines, one by one: a terminal that is told to clear all below its first line may keep that in its history. */
function cleared(height: number): string {
  return height === 0 ? "" : `${back(height)}${`${CLEAR_LINE}\x1b[1B`.repeat(height)}${CLEAR_LINE}${back(height)}`;
}

/** A word of a line, and its colour. */
export interface Highlight {
  /** Its first place in the line is coloured. */
  readonly word: string;
  readonly color: "red" | "yellow";
}
