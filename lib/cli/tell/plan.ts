/**
 * A plan as a table for a terminal of 80 columns: pure.
 * @module
 */
import { EXTRA_NOUNS, type ExtraKind } from "../../export/state/extras.ts";
import type { PlanOutcome } from "../../jobs/plan/run.ts";
import { fit, visible } from "../../visible.ts";
import { wrapped } from "./wrap.ts";
import { byteSize, grouped, spoken } from "../../terminal/amounts.ts";

const COLUMNS = 80;
const WHAT_COLUMNS = 19;

/** Where not all of it is exported anyway. */
const EXTRA_NOTES: Readonly<Record<string, string>> = { traces: "with --export-traces" };

/** A line: what it is about, the amount, and what there is to say of it. */
type Row = readonly [what: string, amount: string, note: string];

/** Returns the text of a plan, ended by a newline. */
export function planText({ name, version, url, plan }: PlanOutcome): string {
  const { experiments, runs, calls, seconds, disk, kiroframe } = plan;
  const sampled = `reckoned from ${grouped(plan.sampled_runs)} runs that were read`;
  const about = plan.points_counted ? "" : "about ";
  const rows: readonly Row[] = [
    ["experiments", grouped(experiments.exported), leftOut(plan)],
    ["runs", grouped(runs.exported), runNote(plan)],
    ["metric histories", grouped(plan.metrics), ""],
    ["points", about + grouped(plan.points), plan.points_counted ? "" : sampled],
    ...optional(plan.models, (models): Row => [
      "registered models",
      grouped(models),
      plan.model_versions === models ? "" : `${grouped(plan.model_versions ?? 0)} versions`,
    ]),
    ...Object.entries(plan.extras).flatMap(([kind, found]) =>
      optional(
        found || null,
        (count): Row => [EXTRA_NOUNS[kind as ExtraKind][1], grouped(count), EXTRA_NOTES[kind] ?? ""],
      )
    ),
    ...optional(
      plan.artifacts,
      ({ files, bytes: size }): Row => ["artifacts", `about ${grouped(files)}`, `${byteSize(size)}`],
    ),
  ];
  const costs: readonly Row[] = [
    ["calls", `about ${grouped(calls.total)}`, callNote(plan)],
    ["time", `about ${spoken(seconds.total)}`, timeNote(plan)],
    ["disk", `about ${byteSize(disk.bytes)}`, disk.free_bytes === null ? "" : `${byteSize(disk.free_bytes)} are free`],
    ...optional(kiroframe, ({ rows: sent, bytes: size }): Row => [
      "Kiroframe",
      `${grouped(sent)} calls`,
      `one a row, about ${byteSize(size)}; its time is not known yet`,
    ]),
  ];
  const width = Math.max(...[...rows, ...costs].map(([, value]) => value.length));
  const title = `Plan for ${visible(url)} (${name}${version === null ? "" : ` ${visible(version)}`})`;
  const failures = plan.unlistable.map(({ experiment_id: id, name, reason }) =>
    fit(`Cannot list the runs of experiment ${visible(id)} "${visible(name)}": ${visible(reason)}`, COLUMNS)
  );
  return [
    title,
    "",
    ...table(rows, width),
    "",
    ...table(costs, width),
    "",
    ...failures,
    "Nothing was written or sent.",
    "",
  ].join(
    "\n",
  );
}

function optional<T>(value: T | null, row: (value: T) => Row): Row[] {
  return value === null ? [] : [row(value)];
}

function leftOut(
  { experiments: { left_out_by_name: byName, left_out_by_shard: byShard } }: PlanOutcome["plan"],
): string {
  return [
    ...(byName > 0 ? [`${grouped(byName)} left out by --experiment`] : []),
    ...(byShard > 0 ? [`${grouped(byShard)} of other shards`] : []),
  ].join(", ");
}

function runNote({ runs: { left_out: left, unchanged } }: PlanOutcome["plan"]): string {
  return [
    ...(left > 0 ? [`${grouped(left)} left out by --since, --until or --run-filter`] : []),
    ...(unchanged > 0 ? [`${grouped(unchanged)} unchanged`] : []),
  ].join(", ");
}

function callNote({ calls: { runs, models, artifacts, other } }: PlanOutcome["plan"]): string {
  const parts = [["runs", runs], ["models", models], ["artifacts", artifacts], ["other", other]] as const;
  return parts.filter(([, value]) => value > 0).map(([name, value]) => `${name} ${grouped(value)}`).join(", ");
}

function timeNote({ seconds: { runs, models, artifacts, finishing } }: PlanOutcome["plan"]): string {
  const parts = [["runs", runs], ["models", models], ["artifacts", artifacts], ["finishing", finishing]] as const;
  return parts.filter(([, value]) => value >= 0.05).map(([name, value]) => `${name} ${spoken(value)}`).join(", ");
}

/** Notes that do not fit go on in their column. */
function table(rows: readonly Row[], width: number): string[] {
  const indent = 2 + WHAT_COLUMNS + 2 + width + 2;
  return rows.flatMap(([what, value, note]) => {
    const lines = wrapped(note, COLUMNS - indent);
    return [
      `  ${what.padEnd(WHAT_COLUMNS)}  ${value.padStart(width)}  ${lines[0] ?? ""}`.trimEnd(),
      ...lines.slice(1).map((line) => " ".repeat(indent) + line),
    ];
  });
}
