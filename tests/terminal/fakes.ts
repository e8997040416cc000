/** Streams and screens that tests look into. */
import type { Environment } from "../../lib/environment.ts";
import { createRedactor } from "../../lib/terminal/redact.ts";
import type { Redactor } from "../../lib/terminal/redact.ts";
import { Screen } from "../../lib/terminal/screen.ts";
import type { Output } from "../../lib/terminal/screen.ts";

/** A stream that keeps what is written, and can lose its reader. */
export class FakeOutput implements Output {
  text = "";
  isTTY: boolean | undefined;
  columns: number | undefined;
  rows: number | undefined;
  #onError: () => void = () => {};

  constructor(columns?: number) {
    this.isTTY = columns !== undefined;
    this.columns = columns;
  }

  write(text: string): void {
    this.text += text;
  }

  on(_event: "error", listener: () => void): void {
    this.#onError = listener;
  }

  /** What happens when the reader goes away. */
  breakPipe(): void {
    this.#onError();
  }

  /** Returns what was written since the last call. */
  take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }
}

/** What {@linkcode fakeScreen} makes. */
export interface FakeScreen {
  readonly screen: Screen;
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
  readonly redactor: Redactor;
}

/** Makes a screen on fake streams: a terminal where columns are given. */
export function fakeScreen(
  options: { columns?: number; env?: Environment; secrets?: string[] } = {},
): FakeScreen {
  const stdout = new FakeOutput(options.columns);
  const stderr = new FakeOutput(options.columns);
  const redactor = createRedactor(options.secrets);
  return { screen: new Screen({ stdout, stderr, env: options.env ?? {}, redactor }), stdout, stderr, redactor };
}
