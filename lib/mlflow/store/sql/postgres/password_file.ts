/**
 * The password file of PostgreSQL's own programs: ~/.pgpass, or what PGPASSFILE names.
 * @module
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Environment } from "../../../../environment.ts";

/** What a line is looked for by. */
export interface PasswordPlace {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Returns the password that the file has for a place; undefined where it has none, or others may read it, as libpq does. */
export async function passwordFromFile(place: PasswordPlace, env: Environment): Promise<string | undefined> {
  const home = env["HOME"] ?? env["USERPROFILE"];
  const path = env["PGPASSFILE"] || (home === undefined ? undefined : join(home, ".pgpass"));
  if (path === undefined) return undefined;
  const info = await stat(path).catch(() => null);
  if (info === null || (process.platform !== "win32" && (info.mode & 0o077) !== 0)) return undefined;
  return passwordIn(await readFile(path, "utf8"), place);
}

/** The same from the file's text: lines of host:port:database:user:password, where * is any and \ stands before : and \. */
export function passwordIn(text: string, { host, port, database, user }: PasswordPlace): string | undefined {
  const wanted = [host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = [...line.matchAll(/((?:[^\\:]|\\.)*)(:|$)/g)].map(([, field = ""]) => field.replace(/\\(.)/g, "$1"));
    if (fields.length < 5) continue;
    if (wanted.every((value, index) => fields[index] === "*" || fields[index] === value)) return fields[4];
  }
  return undefined;
}
