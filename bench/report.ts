/**
 * The figures of the last run of each part as Markdown, put between two marks of bench/README.md.
 * @module
 */
import { type Curve, type Goal, isReached, type KeptResult } from "./types.ts";

const [begin, end] = ["<!-- figures: written by `deno task bench` -->", "<!-- end of figures -->"];

/** Returns the text with the figures in place of those between its marks. Throws if it has no marks. */
export function withFigures(readme: string, results: ReadonlyMap<string, KeptResult>): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from === -1 || to < from) throw new Error("The README has no place for figures");
  return `${readme.slice(0, from + begin.length)}\n\n${figures(results)}\n${readme.slice(to)}`;
}

/** The table of goals and the tables behind the picture. */
export function figures(results: ReadonlyMap<string, KeptResult>): string {
  const goals = [...results].flatMap(([part, { goals }]) => goals.map((goal) => goalLine(part, goal)));
  const times = [...results].map(([part, { taken, scale, load }]) =>
    `| ${part} | ${taken.slice(0, 16).replace("T", " ")} UTC | ${scale} | ${
      load.map((each) => each.toFixed(1)).join(" → ")
    } |`
  );
  return [
    "| part | what | goal | measured | reached | from |",
    "| --- | --- | --- | --- | --- | --- |",
    ...goals,
    "",
    ...[...results.values()].flatMap(({ curves }) => curves.flatMap(curveTable)),
    "When each part was taken, and the machine's load (runnable processes, mean of a minute) before and after it:",
    "",
    "| part | taken | scale | load |",
    "| --- | --- | --- | --- |",
    ...times,
    "",
  ].join("\n");
}

function goalLine(part: string, goal: Goal): string {
  const { what, rule, limit, measured, unit, from } = goal;
  const sign = rule === "at least" ? "≥" : "≤";
  // Towards the worse, so that a goal just missed does not look like one reached.
  const shown = number(measured, rule === "at least" ? "floor" : "ceil");
  return `| ${part} | ${what} | ${sign} ${number(limit)} ${unit} | ${shown} ${unit} | ${
    isReached(goal) ? "yes" : "**no**"
  } | ${from} |`;
}

function curveTable({ title, x, y, series }: Curve): string[] {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([value]) => value)))];
  return [
    `${title.charAt(0).toUpperCase()}${title.slice(1)}, ${y}:`,
    "",
    `| ${[x, ...series.map(({ name }) => name)].join(" | ")} |`,
    `| ${[x, ...series].map(() => "---").join(" | ")} |`,
    ...xs.map((value) => {
      const cells = series.map(({ points }) => points.find(([px]) => px === value)?.[1]);
      return `| ${
        [value.toLocaleString("en"), ...cells.map((cell) => cell === undefined ? "" : number(cell))].join(" | ")
      } |`;
    }),
    "",
  ];
}

function number(value: number, roundingMode: "floor" | "ceil" | "halfExpand" = "halfExpand"): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0, roundingMode });
}
