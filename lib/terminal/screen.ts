/**
 * The one owner of standard output and standard error: lines go above the live line, so that neither breaks the other.
 * @module
 */
import type { Redactor } from "./redact.ts";
import { fit, visible } from "../visible.ts";

/** A stream that text is written to: process.stdout, process.stderr, or what a test looks into. */
export interface Output {
  write(text: string): unknown;
  /** Whether a person looks at it. */
  readonly isTTY?: boolean;
  /** Width of that person's terminal. */
  readonly columns?: number;
  /** Tells of a reader that went away. */
  on?(event: "error", listener: () => void): unknown;
}

export interface ScreenOptions {
  /** For what the program has to say: log lines, help. */
  readonly stdout: Output;
  /** For errors and the live line. */
  readonly stderr: Output;
  /** Of which CI, TERM and NO_COLOR are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything that is written goes through it. */
  readonly redactor: Redactor;
}

const CLEAR_LINE = "\r\x1b[2K";

/** Writes lines to the terminal, and keeps one live line at its bottom. */
export class Screen {
  readonly #options: ScreenOptions;
  readonly #broken = new Set<Output>();
  #live = "";
  #keepsStdout = false;

  /** Creates a screen; a reader that goes away (`| head`) is forgotten, never a failure. */
  constructor(options: ScreenOptions) {
    this.#options = options;
    for (const output of [options.stdout, options.stderr]) output.on?.("error", () => this.#broken.add(output));
  }

  /** Whether a live line can be drawn: a terminal that knows its width, and no CI. */
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

  /** Replaces the live line; an empty one clears it. Does nothing where {@linkcode canDraw} is false. */
  setLive(line: string): void {
    if (!this.canDraw) return;
    // The last column stays free: there, some terminals go on to the next line.
    const next = fit(this.#options.redactor.redact(line), this.columns - 1);
    if (next === this.#live) return;
    this.#live = next;
    this.#write(this.#options.stderr, CLEAR_LINE + next);
  }

  get #out(): Output {
    return this.#keepsStdout ? this.#options.stderr : this.#options.stdout;
  }

  #above(output: Output, text: string): void {
    const lines = `${this.#options.redactor.redact(text)}\n`;
    if (this.#live === "") return this.#write(output, lines);
    this.#write(this.#options.stderr, CLEAR_LINE);
    this.#write(output, lines);
    this.#write(this.#options.stderr, this.#live);
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

/** A word of a line, and its colour. */
export interface Highlight {
  /** Its first place in the line is coloured. */
  readonly word: string;
  readonly color: "red" | "yellow";
}
