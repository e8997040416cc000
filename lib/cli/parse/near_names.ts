/**
 * Variables that are none of ours but nearly: they have no effect, and somebody thinks that they have.
 * @module
 */
import type { Environment } from "../../environment.ts";
import { distance, nearest } from "../../nearest.ts";
import { visible } from "../../visible.ts";
import { OPTION_TABLE } from "../tables/options.ts";
import { VARIABLES } from "../tables/variables.ts";

/** Where names are looked at. */
export interface NamedPlaces {
  /** The process's environment, of which only names that begin like ours are looked at: the others are other programs'. */
  readonly env: Environment;
  /** The variables of --env-file, all of which are meant for this program. */
  readonly file: Environment;
  /** The file's name, for messages. */
  readonly fileName: string;
}

/** The names that there are. */
const KNOWN: ReadonlySet<string> = new Set([
  ...OPTION_TABLE.flatMap(({ variable }) => variable ?? []),
  ...VARIABLES.flatMap(({ name }) => [name, name.toLowerCase()]),
]);

/** Of those, the ones that only this program reads: the others may have neighbours that MLflow or a proxy knows. */
const OURS = [...KNOWN].filter((name) => !/^MLFLOW_|_PROXY$/i.test(name));

/** The first words of our own: "EXPORT_", "TRACKING_". */
const PREFIXES: ReadonlySet<string> = new Set(OURS.map((name) => name.replace(/_.*$/, "_")));

/** Returns one sentence for each name that is not read, and nearly is one that is. Values are not looked at. */
export function nearNames({ env, file, fileName }: NamedPlaces): string[] {
  const ofProcess = Object.keys(env).filter((name) => PREFIXES.has(name.replace(/_.*$/, "_")));
  return [
    ...ofProcess.flatMap((name) => sentenceFor(name, visible(name))),
    ...Object.keys(file).flatMap((name) => sentenceFor(name, `${visible(name)} of ${fileName}`)),
  ];
}

/** Returns the names in a file of variables that nobody reads: neither this program, nor a later line of the file. */
export function unreadNames(variables: Environment, text: string): string[] {
  return Object.keys(variables).filter((name) => {
    return !KNOWN.has(name) && !new RegExp(`\\$\\{?${name}(?![A-Za-z0-9_])`).test(text);
  });
}

function sentenceFor(name: string, shown: string): string[] {
  if (KNOWN.has(name) || name.startsWith("MLFLOW_")) return [];
  // Named after the flag.
  const option = OPTION_TABLE.find(({ flag }) => distance(name, flag.toUpperCase().replaceAll("-", "_")) <= 1);
  const meant = option === undefined ? nearest(name, OURS) : option.variable;
  if (meant !== undefined) return [`${shown} has no effect: did you mean ${meant}?`];
  return option === undefined ? [] : [`${shown} has no effect: there is only the flag --${option.flag}`];
}
