/**
 * What a command did, for a person: a few lines made from the document of --json, so that the two never differ.
 * @module
 */
import { EXTRA_NOUNS, type ExtraKind } from "../../export/state/extras.ts";
import type { Result } from "../../shapes/result.ts";
import { byteSize, counted, duration, grouped } from "../../terminal/amounts.ts";
import { fit, visible } from "../../visible.ts";

/** Wide enough for any of the labels. */
const LABEL_COLUMNS = 9;

/** Words of a server are cut to this in a line. */
const EXAMPLE_COLUMNS = 100;

/** Returns the lines, ended by a newline; "" where there is nothing to tell: nothing was begun, or the command prints its own result. */
export function blockOf(result: Result): string {
  const { folder, outcome } = result;
  const isOwn = result.command === "verify" || result.command === "report";
  if (isOwn || folder === null || outcome === "usage") return "";
  const parts = [
    ["Read", readLines(result)],
    ["Kept", result.unchanged > 0 ? [`${counted(result.unchanged, "run")}, unchanged since the folder before`] : []],
    ["Written", writtenLines(result, folder)],
    ["Report", result.report === null ? [] : [result.report]],
    ["Sent", sentLines(result)],
    ["Skipped", skippedLines(result)],
    ["Failed", result.failed.map(failedLine)],
    ["Removed", result.removed_folders.length > 0 ? [counted(result.removed_folders.length, "older folder")] : []],
    ["Gone", goneLines(result)],
  ] as const;
  const told = parts.flatMap(([label, lines]) =>
    lines.map((line, i) => (i === 0 ? label : "").padEnd(LABEL_COLUMNS) + visible(line))
  );
  const next = result.next === null ? "" : `\nNext\n  ${visible(result.next)}\n`;
  return `\n${headline(result)}\n\n${told.join("\n")}\n${next}`;
}

const HEADLINES: Readonly<Record<Result["outcome"], string>> = {
  done: "Done in",
  incomplete: "Finished, but not all of it, in",
  failed: "Failed after",
  usage: "Failed after",
  refused: "Refused after",
  unreachable: "Ended for want of an answer after",
  interrupted: "Interrupted after",
};

function headline({ outcome, seconds }: Result): string {
  return `${HEADLINES[outcome]} ${seconds < 60 ? `${seconds.toFixed(1)} s` : duration(1000 * seconds)}`;
}

function readLines({ read, source, calls }: Result): string[] {
  if (read === null || source === null) return [];
  const { experiments, runs, points, metrics, models, datasets, artifacts } = read;
  const facts = [
    counted(experiments, "experiment"),
    counted(runs, "run"),
    `${counted(points, "point")} of ${counted(metrics, "metric history", "metric histories")}`,
    ...some(datasets, "use of datasets", "uses of datasets"),
    ...some(models, "registered model"),
    ...artifactFacts(artifacts),
  ];
  const from = `from ${source.name}${source.version === null ? "" : ` ${source.version}`} at ${source.url}`;
  return [...broken(facts), `${from}${calls.source > 0 ? `, in ${counted(calls.source, "call")}` : ""}`];
}

function writtenLines({ written, source }: Result, folder: string): string[] {
  // An import writes nothing but what it remembers.
  if (written === null) {
    return [source === null ? "nothing but what was sent, in" : "in part: to be gone on with, in", folder];
  }
  const { experiments, runs, files, bytes, artifacts, extras } = written;
  const facts = [
    counted(experiments, "experiment"),
    counted(runs, "run"),
    ...Object.entries(extras).flatMap(([kind, { exported }]) => some(exported, ...nounsOf(kind))),
    `${counted(files, "file")} of ${byteSize(bytes)}`,
    ...artifactFacts(artifacts),
  ];
  return [...broken([...facts, "to"]), folder];
}

function sentLines({ sent, kiroframe, calls, left_out: leftOut }: Result): string[] {
  if (sent === null || kiroframe === null) return [];
  const { experiments, runs, models } = sent;
  return [
    `${counted(experiments, "experiment")}, ${counted(runs, "run")} and ${models > 0 ? "the" : "no"} registered models`,
    `to ${kiroframe.url}, in ${counted(calls.kiroframe, "call")}`,
    ...leftOut?.non_finite
      ? [`${counted(leftOut.non_finite, "value")} that JSON cannot hold (NaN, Infinity) not among them`]
      : [],
    ...leftOut?.thinned_points ? [`${counted(leftOut.thinned_points, "point")} left out by --max-history-points`] : [],
  ];
}

function skippedLines({ skipped }: Result): string[] {
  const rows = skipped === null ? 0 : skipped.experiments + skipped.runs + skipped.models;
  return rows === 0 ? [] : [`${counted(rows, "row")} that Kiroframe has already`];
}

function goneLines({ gone, source }: Result): string[] {
  if (gone === null || gone.experiments.length + gone.runs.length === 0) return [];
  const { experiments, runs } = gone;
  const what = `${counted(experiments.length, "experiment")} and ${counted(runs.length, "run")}`;
  return [`${what}, from ${source?.name ?? "the source"}: Kiroframe still has them`];
}

const FAILED: Readonly<Record<Result["failed"][number]["what"], (count: number) => string>> = {
  experiments: (count) => `${counted(count, "experiment")}: runs not listed,`,
  models: () => "registered models: not listed,",
  extras: (count) => `${counted(count, "listing")} (of logged models, prompts, traces, …) not exported:`,
  histories: (count) => `${counted(count, "metric history", "metric histories")}:`,
  artifacts: (count) => `${counted(count, "run")}: artifacts`,
  "experiment rows": (count) => `${counted(count, "experiment")} not sent:`,
  "run rows": (count) => `${counted(count, "run")} not sent:`,
  "models row": () => "registered models not sent:",
  counts: (count) => `${counted(count, "experiment")}: counts`,
  problems: (count) => `${counted(count, "problem")}`,
};

function failedLine({ what, status, reason, count, example }: Result["failed"][number]): string {
  const first = example === "" ? "" : `${count > 1 ? "; the first: " : ": "}${fit(visible(example), EXAMPLE_COLUMNS)}`;
  return `${FAILED[what](count)} ${reason}${status === null ? "" : ` (${status})`}${first}`;
}

function artifactFacts({ files, bytes }: { readonly files: number; readonly bytes: number }): string[] {
  return files === 0 ? [] : [`${grouped(files)} artifact ${files === 1 ? "file" : "files"} of ${byteSize(bytes)}`];
}

/** A list in lines that fit a terminal of 80 columns beside their label. */
function broken(facts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + ", ".length + fact.length < 80 - LABEL_COLUMNS) {
      lines[lines.length - 1] = `${last}, ${fact}`;
    } else {
      if (last !== undefined) lines[lines.length - 1] = `${last},`;
      lines.push(fact);
    }
  }
  return lines;
}

function nounsOf(kind: string): readonly [one: string, many: string] {
  return kind in EXTRA_NOUNS ? EXTRA_NOUNS[kind as ExtraKind] : [kind, kind];
}

function some(count: number, noun: string, plural?: string): string[] {
  return count === 0 ? [] : [counted(count, noun, plural)];
}
