/**
 * What the reference's output is to become here: its listed faults mended, and nothing else changed.
 * @module
 */
import {
  isBareNonFinite,
  member,
  parseTree,
  printTree,
  quoteNonFinite,
  stringsTree,
  textOf,
  type Tree,
  withMember,
} from "../reference/json_tree.ts";

/** A row of runs.json: bare NaN and infinities become strings, so that the line is JSON. */
export function mendRunLine(line: string): string {
  return printTree(quoteNonFinite(parseTree(line)));
}

/** The names of the datasets of each experiment's runs, sorted as Python sorts, from the lines of runs.json. */
export function datasetNamesByExperiment(runLines: readonly string[]): Map<string, string[]> {
  const names = new Map<string, Set<string>>();
  for (const row of runLines.map(parseTree)) {
    const experiment = textOf(member(row, "experiment_id")) ?? "";
    const known = names.get(experiment) ?? new Set();
    names.set(experiment, known);
    const list = member(row, "dataset_names");
    if (list.kind === "array") { for (const name of list.items) known.add(textOf(name) ?? ""); }
  }
  return new Map([...names].map(([experiment, known]) => [experiment, [...known].sort(byCodePoint)]));
}

/** A row of experiment_summary.json: the names of the datasets are filled in. */
export function mendExperimentLine(line: string, names: ReadonlyMap<string, readonly string[]>): string {
  const row = parseTree(line);
  const known = names.get(textOf(member(row, "experiment_id")) ?? "") ?? [];
  return printTree(withMember(row, "dataset_names", stringsTree(known)));
}

/** The body of an import: points that JSON cannot hold are left out of a run's row. */
export function mendRunPayload(line: Tree): Tree {
  const latest = member(line, "metrics_latest");
  const histories = member(line, "metrics_history");
  if (latest.kind !== "object" || histories.kind !== "object") return line;
  const finite = latest.entries.filter(([, value]) => !isBareNonFinite(value));
  const points = histories.entries.map(([key, history]): [string, Tree] => [
    key,
    history.kind === "array"
      ? { kind: "array", items: history.items.filter((point) => !isBareNonFinite(member(point, "value"))) }
      : history,
  ]);
  return withMember(
    withMember(line, "metrics_latest", { kind: "object", entries: finite }),
    "metrics_history",
    { kind: "object", entries: points },
  );
}

/** A row of runs_basic.csv, which the reference writes with JSON's quotes and Python's None: its cells. */
export function mendBasicLine(line: string): string[] {
  const cells = [...line.matchAll(/(?:^|,)("(?:[^"\\]|\\.)*"|[^,"]*)/g)].map(([, cell = ""]) => cell);
  return cells.map((cell) =>
    cell.startsWith('"') ? JSON.parse(cell) as string : cell === "None" || cell === "null" ? "" : cell
  );
}

/** Python's order of strings: by code point, where JavaScript's is by UTF-16 unit. */
function byCodePoint(left: string, right: string): number {
  const rights = [...right];
  for (const [index, character] of [...left].entries()) {
    const difference = (character.codePointAt(0) ?? 0) - (rights[index]?.codePointAt(0) ?? -1);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
