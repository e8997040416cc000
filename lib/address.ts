/**
 * Addresses of servers as people type them.
 * @module
 */
import { UsageError } from "./errors.ts";
import { distance } from "./nearest.ts";
import { quoted } from "./visible.ts";

/** What is expected where no address can be made out. */
export const HTTP_EXPECTED = "an http or https URL";

/**
 * Returns an http or https address without blanks and quotes around it. Throws a UsageError for what is none.
 *
 * @param name What the message calls it: "--kiroframe-url", "KIROFRAME_URL"
 */
export function readAddress(text: string, name: string): string {
  const address = unwrapped(text);
  const problem = addressProblem(address);
  if (problem !== undefined) throw unusable(text, name, problem);
  return address;
}

/** Returns a text without blanks and quotes around it. */
export function unwrapped(text: string): string {
  return text.replace(/^[\s"'`]+|[\s"'`]+$/g, "");
}

/** Returns what is expected in place of an address that is none, and the one that was probably meant; undefined where it is one. */
export function addressProblem(address: string): string | undefined {
  const meant = addressMeant(address);
  return meant === undefined ? faultOf(address) : `${HTTP_EXPECTED}; did you mean ${shown(meant)}?`;
}

/** Returns the address that somebody probably meant who left its scheme out or mistyped it; undefined where nobody can tell. */
export function addressMeant(text: string): string | undefined {
  // A host with its port, or what is surely the name of a host and not of a folder.
  const isBare = /^(?:[^\s/@]+@)?(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\]):\d+(?:\/|$)/i.test(text) ||
    /^(?:localhost|\d+(?:\.\d+){3}|[\w-]+(?:\.[\w-]+)+\.[a-z]{2,})(?:\/|$)/i.test(text);
  const [, typed = "", rest = ""] = /^([a-z]{3,6})(?:[:;]+[/\\]*|[/\\]{2,})(.*)$/is.exec(text) ?? [];
  const scheme =
    [0, 1].flatMap((slips) => ["http", "https"].filter((known) => distance(typed.toLowerCase(), known) === slips))[0];
  const address = isBare ? `http://${text}` : scheme === undefined ? "" : `${scheme}://${rest.replaceAll("\\", "/")}`;
  const isSame = address.toLowerCase() === text.toLowerCase();
  return isSame || faultOf(address) !== undefined ? undefined : address;
}

/** The error for a text that is no address, in one sentence without passwords. */
export function unusable(text: string, name: string, expected: string): UsageError {
  return new UsageError(`Cannot use ${name} "${shown(text)}": expected ${expected}`);
}

function faultOf(address: string): string | undefined {
  if (!/^https?:/i.test(address)) return HTTP_EXPECTED;
  if (!/^https?:\/\/(?:[^/?#\\]*@)?[^\s/?#\\:@]/i.test(address)) {
    return `${HTTP_EXPECTED} with a host, as in http://localhost:5000`;
  }
  const port = Number(/^https?:\/\/[^/?#\\\s]*:(\d+)(?=[/?#\s]|$)/i.exec(address)?.[1] ?? 80);
  if (port < 1 || port > 65_535) return "a port from 1 to 65535";
  // Paths are put after it: what follows ? or # would swallow them.
  const [, base = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(address) ?? [];
  if (rest !== "" || /[\s\\]/.test(base)) {
    // An @ may end a password that holds the ? or #.
    const meant = rest === "" || rest.includes("@") || faultOf(base) !== undefined
      ? ""
      : `; did you mean ${shown(base)}?`;
    return `a URL that ends before any blank, ? or #${meant}`;
  }
  return URL.canParse(address) ? undefined : `${HTTP_EXPECTED}, as in http://localhost:5000`;
}

/** Without user and password, also where the scheme before them was left out. */
function shown(text: string): string {
  return quoted(/:[/\\]/.test(text) ? text : text.replace(/^.*@/s, "***@")).slice(1, -1);
}
