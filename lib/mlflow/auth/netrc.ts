/**
 * The file ~/.netrc, as Python's netrc module reads it.
 * @module
 */

/** User and password for one host. */
export interface NetrcEntry {
  /** The login, or where there is none the account. */
  readonly username: string;
  /** The password, perhaps empty. */
  readonly password: string;
}

// No host has this name.
const DEFAULT_HOST = "the default";

/**
 * Returns the entry of a host: the last one for its name, else the one called "default"; null without any, and when the
 * text is not in netrc's form (Python's requests goes on without the file then, too).
 */
export function findNetrcEntry(text: string, host: string): NetrcEntry | null {
  const entries = parseNetrc(text);
  const entry = entries?.get(host) ?? entries?.get(DEFAULT_HOST);
  if (entry === undefined) return null;
  return { username: entry.login || entry.account || "", password: entry.password ?? "" };
}

interface Fields {
  login?: string;
  account?: string;
  password?: string;
}

function parseNetrc(text: string): Map<string, Fields> | null {
  const entries = new Map<string, Fields>();
  const scanner = new Scanner(text);
  let entry: Fields | undefined;
  for (let word = scanner.next(); word !== undefined; word = scanner.next()) {
    if (word.startsWith("#")) {
      scanner.skipPast(/\n/g);
    } else if (word === "macdef") {
      scanner.skipPast(/\n[ \t\r]*\n/g);
    } else if (word === "machine" || word === "default") {
      entry = {};
      entries.set(word === "default" ? DEFAULT_HOST : scanner.next() ?? "", entry);
    } else if (entry !== undefined && ["login", "user", "account", "password"].includes(word)) {
      entry[word === "user" ? "login" : word as keyof Fields] = scanner.next() ?? "";
    } else {
      return null;
    }
  }
  return entries;
}

/** Gives the words of a text: between blanks, or in double quotes; a backslash takes the next character as it is. */
class Scanner {
  readonly #text: string;
  readonly #word = /\s*(?:"((?:\\[^]|[^"\\])*)"|((?:\\[^]|[^\s\\])+))/y;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    const match = this.#word.exec(this.#text);
    return (match?.[1] ?? match?.[2])?.replace(/\\([^])/g, "$1");
  }

  skipPast(end: RegExp): void {
    end.lastIndex = this.#word.lastIndex;
    this.#word.lastIndex = end.test(this.#text) ? end.lastIndex : this.#text.length;
  }
}
