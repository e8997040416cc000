/**
 * Reads params.env: a shell file of `export NAME=value` lines, as a POSIX shell would read it when it is sourced.
 * What only a shell can do (commands, operators) is refused with its line, never guessed: a file means the same both ways.
 * @module
 */
import type { Environment } from "../../environment.ts";
import { UsageError } from "../../errors.ts";

/** What {@linkcode parseEnvFile} needs besides the text. */
export interface EnvFileOptions {
  /** Name of the file, for messages. */
  readonly path: string;
  /** The process's environment: `$NAME` is looked up in the file's earlier lines, then here. */
  readonly env: Environment;
  /** What `~` at the beginning of a value stands for. */
  readonly home: string;
}

/**
 * Returns the variables that a file sets. Values are never put into messages, since they may be secrets.
 * Throws UsageError, with the line, for what is no assignment or cannot be read without a shell.
 */
export function parseEnvFile(text: string, options: EnvFileOptions): Record<string, string> {
  return new EnvFileReader(text, options).read();
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /[&|<>()]/;

class EnvFileReader {
  readonly #text: string;
  readonly #options: EnvFileOptions;
  readonly #values: Record<string, string> = {};
  #at = 0;

  constructor(text: string, options: EnvFileOptions) {
    this.#text = text.replace(/\r\n/g, "\n");
    this.#options = options;
  }

  read(): Record<string, string> {
    let exporting = false;
    while (this.#at < this.#text.length) {
      const next = this.#text.charAt(this.#at);
      if (next === "#") this.#skipLine();
      else if (/[\s;]/.test(next)) {
        if (next === "\n" || next === ";") exporting = false;
        this.#at++;
      } else if (!exporting && this.#take(/export(?=[ \t])/y) !== undefined) exporting = true;
      else this.#assignment(exporting);
    }
    return this.#values;
  }

  #assignment(exporting: boolean): void {
    const name = this.#take(NAME);
    if (name === undefined || (!exporting && this.#text.charAt(this.#at) !== "=")) {
      this.#fail("expected NAME=value or export NAME=value");
    }
    if (this.#take(/=/y) !== undefined) this.#values[name] = this.#value(name);
    else if (!/^(?:[\s;]|$)/.test(this.#text.slice(this.#at, this.#at + 1))) {
      this.#fail("expected NAME=value or export NAME=value");
    }
  }

  #value(name: string): string {
    let value = this.#take(/~(?=[/\s;]|$)/y) === undefined ? "" : this.#options.home;
    while (this.#at < this.#text.length) {
      const next = this.#text.charAt(this.#at);
      if (/[\s;]/.test(next)) break;
      if (OPERATOR.test(next)) this.#fail(`quote the value of ${name}: '…' around what holds ${next}`);
      if (next === "'") value += this.#singleQuoted(name);
      else if (next === '"') value += this.#doubleQuoted(name);
      else if (next === "\\") value += this.#escape(name);
      else if (next === "$" || next === "`") value += this.#expansion(name);
      else value += this.#take(/[^\s;'"\\$`&|<>()]+/y) ?? "";
    }
    return value;
  }

  #singleQuoted(name: string): string {
    const quoted = this.#take(/'[^']*'/y);
    if (quoted === undefined) this.#fail(`the quote in the value of ${name} has no end`);
    return quoted.slice(1, -1);
  }

  #doubleQuoted(name: string): string {
    const start = this.#at++;
    let value = "";
    for (;;) {
      value += this.#take(/[^"\\$`]+/y) ?? "";
      const next = this.#text.charAt(this.#at);
      if (next === "") {
        this.#at = start;
        this.#fail(`the quote in the value of ${name} has no end`);
      }
      if (next === "\\") {
        // Inside double quotes a shell's backslash escapes only these, and joins lines.
        const escaped = this.#take(/\\["\\$`\n]/y);
        value += escaped === undefined ? "\\" : escaped === "\\\n" ? "" : escaped.slice(1);
        if (escaped === undefined) this.#at++;
      } else if (next === '"') {
        this.#at++;
        return value;
      } else value += this.#expansion(name);
    }
  }

  #escape(name: string): string {
    const escaped = this.#take(/\\[\s\S]/y);
    // A shell would drop it: nobody means that who writes C:\exports.
    if (escaped === undefined || /[A-Za-z0-9]/.test(escaped.charAt(1))) {
      this.#fail(`quote the value of ${name}: '…' around what holds \\`);
    }
    return escaped === "\\\n" ? "" : escaped.slice(1);
  }

  #expansion(name: string): string {
    const variable = this.#take(/\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})/y)?.replace(/[${}]/g, "");
    if (variable !== undefined) return this.#values[variable] ?? this.#options.env[variable] ?? "";
    if (/^\$(?![A-Za-z0-9_{(*@#?$!'"-])/.test(this.#text.slice(this.#at, this.#at + 2))) {
      this.#at++;
      return "$";
    }
    return this.#fail(`the value of ${name} needs a shell; put '…' around it if it is meant as it stands`);
  }

  /** Moves past what a sticky pattern finds here, and returns it. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipLine(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #fail(what: string): never {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    throw new UsageError(`Cannot read ${this.#options.path}, line ${line}: ${what}`);
  }
}
