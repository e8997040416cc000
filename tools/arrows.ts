/**
 * Counts the arrows of the program's imports between its rooms, and those along the way of a name through them:
 * `deno task arrows profilingToken MetricPoint` here, `deno task arrows --root OTHER_TREE profilingToken` elsewhere.
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { readSources } from "./imports.ts";
import type { SourceFile } from "./imports.ts";

/** Arrows between two places, each once. */
interface Arrows {
  readonly all: ReadonlySet<string>;
  /** Those that also go the other way, a pair once. */
  readonly bothWays: readonly string[];
}

function arrowsBetween(files: readonly SourceFile[], placeOf: (path: string) => string): Arrows {
  const known = new Set(files.map(({ path }) => path));
  const all = new Set<string>();
  for (const { path, imports } of files) {
    for (const target of imports.filter((target) => known.has(target))) {
      if (placeOf(path) !== placeOf(target)) all.add(`${placeOf(path)} -> ${placeOf(target)}`);
    }
  }
  const turned = (arrow: string): string => arrow.split(" -> ").toReversed().join(" -> ");
  return { all, bothWays: [...all].filter((arrow) => all.has(turned(arrow)) && arrow < turned(arrow)) };
}

/** "lib/mlflow" for all below it; a file at the top or in lib stands for itself. */
function roomOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

/** The code without its comments: a name in a docstring is no use of it. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/[^\n]*/g, "");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function told({ all, bothWays }: Arrows): string {
  return `${all.size} arrows, ${bothWays.length} both ways`;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { root: { type: "string" } } });
  const files = readSources(values.root ?? ".", ["lib"]).filter(({ path }) => !path.startsWith("lib/sandbox/"));
  const rooms = new Set(files.map(({ path }) => roomOf(path)).filter((room) => !room.endsWith(".ts")));
  print(`${files.length} files in ${rooms.size} rooms: ${told(arrowsBetween(files, roomOf))}`);
  for (const name of positionals) {
    const along = files.filter(({ text }) => new RegExp(`\\b(?:${name})\\b`).test(codeOf(text)));
    const between = arrowsBetween(along, roomOf);
    const inner = arrowsBetween(along, (path) => path);
    print(`${name}: ${along.length} files, ${inner.all.size} arrows; between rooms ${told(between)}`);
    for (const arrow of between.all) print(`  ${arrow}`);
  }
}
