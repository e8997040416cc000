/**
 * Checks an export folder by itself: every row parses, counts agree, and no file, artifacts included, was changed since it was written.
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { AppError, messageOf } from "../../errors.ts";
import { readRowHead } from "../../lines/row_head.ts";
import { type ArtifactCheck, checkArtifacts } from "./artifacts.ts";
import { CsvShape } from "./csv_shape.ts";
import { type FileFacts, inspectFile } from "../inspect.ts";
import { LAYOUT } from "../layout.ts";

const summaryShape = z.object({
  experiments: z.number(),
  runs: z.number(),
  dataset_rows: z.number(),
  artifact_entries: z.number(),
  // Folders of the Python program do not tell it, and have no such file.
  metric_points: z.number().default(0),
  experiments_detail: z.record(z.string(), z.object({ runs: z.number() })),
  extras: z.record(z.string(), z.object({ exported: z.number() })).optional(),
  files: z.record(z.string(), z.object({ bytes: z.number(), lines: z.number(), sha256: z.string() })).optional(),
});

type Summary = z.infer<typeof summaryShape>;

/** Files of lines that are not in every folder, and what summary.json calls what is in them. */
const EXTRA_LINES: readonly (readonly [file: string, kind: string])[] = [
  [LAYOUT.loggedModels, "logged_models"],
  [LAYOUT.traces, "traces"],
  [LAYOUT.evaluationDatasets, "evaluation_datasets"],
  [LAYOUT.scorers, "scorers"],
  [LAYOUT.webhooks, "webhooks"],
];

/** What {@linkcode verifyFolder} found. */
export interface Verification {
  /** One sentence each; empty where all is well. */
  readonly problems: readonly string[];
  /** Rows by file, of those that have rows. */
  readonly rows: Readonly<Record<string, number>>;
  /** Artifacts that were fetched, and were looked at; null where there is no record of any. */
  readonly artifacts: number | null;
  /** Runs of which artifacts were fetched without a record of the files: they were not looked at. */
  readonly unrecordedRuns: number;
}

/** Checks a folder; of each file the first bad line is named, of artifacts each file. Rejects only when the folder cannot be read at all. */
export async function verifyFolder(folder: string): Promise<Verification> {
  const problems: string[] = [];
  const summary = await readSummary(folder, problems);
  const runsByExperiment = new Map<string, number>();
  const manifestRuns: string[] = [];
  const checks: Record<string, (path: string) => Promise<FileFacts>> = {
    [LAYOUT.experiments]: (path) => checkLines(path, problems),
    [LAYOUT.datasets]: (path) => checkLines(path, problems),
    [LAYOUT.runs]: (path) => checkLines(path, problems, runsByExperiment),
    [LAYOUT.runsBasicCsv]: (path) => checkCsv(path, problems),
    [LAYOUT.runsCsv]: (path) => checkCsv(path, problems),
    [LAYOUT.manifest]: (path) => checkList(path, (entry) => manifestRuns.push(String(entry["run_id"]))),
  };
  // These are not in every folder.
  if (summary?.files?.[LAYOUT.models] !== undefined) checks[LAYOUT.models] = (path) => checkList(path);
  for (const name of [LAYOUT.artifactFiles, LAYOUT.loggedModelFiles]) {
    if (summary?.files?.[name] !== undefined) checks[name] = (path) => inspectFile(path);
  }
  for (const name of [LAYOUT.metricsParquet, LAYOUT.paramsParquet, LAYOUT.runsParquet]) {
    if (summary?.files?.[name] !== undefined) checks[name] = checkParquet;
  }
  for (const [name] of EXTRA_LINES) {
    if (summary?.files?.[name] !== undefined) checks[name] = (path) => checkLines(path, problems);
  }
  if (summary?.files?.[LAYOUT.prompts] !== undefined) checks[LAYOUT.prompts] = (path) => checkList(path);
  const rows: Record<string, number> = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      const facts = await check(join(folder, name));
      rows[name] = facts.lines;
      const expected = summary?.files?.[name];
      if (expected !== undefined && expected.sha256 !== facts.sha256) {
        problems.push(`${name}: it was changed since the export (${expected.bytes} bytes then, ${facts.bytes} now)`);
      }
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (summary !== null) problems.push(...compareCounts(summary, { rows, runsByExperiment }));
  // A record that is missing is told already.
  const artifacts: ArtifactCheck | null = rows[LAYOUT.artifactFiles] === undefined
    ? null
    : await checkArtifacts(folder);
  const ofModels = rows[LAYOUT.loggedModelFiles] === undefined
    ? null
    : await checkArtifacts(folder, LAYOUT.loggedModelFiles);
  return {
    problems: [...problems, ...artifacts?.problems ?? [], ...ofModels?.problems ?? []],
    rows,
    artifacts: artifacts === null && ofModels === null ? null : (artifacts?.files ?? 0) + (ofModels?.files ?? 0),
    unrecordedRuns: manifestRuns.filter((id) => !artifacts?.runIds.has(id)).length,
  };
}

async function readSummary(folder: string, problems: string[]): Promise<Summary | null> {
  try {
    const parsed = summaryShape.safeParse(JSON.parse(await readFile(join(folder, LAYOUT.summary), "utf8")));
    if (parsed.success) return parsed.data;
    problems.push(`${LAYOUT.summary}: ${z.prettifyError(parsed.error)}`);
  } catch (error) {
    problems.push(`${LAYOUT.summary}: ${messageOf(error)}`);
  }
  return null;
}

function compareCounts(
  summary: Summary,
  found: { readonly rows: Readonly<Record<string, number>>; readonly runsByExperiment: ReadonlyMap<string, number> },
): string[] {
  const expected: [string, number][] = [
    [LAYOUT.experiments, summary.experiments],
    [LAYOUT.runs, summary.runs],
    [LAYOUT.datasets, summary.dataset_rows],
    [LAYOUT.manifest, summary.artifact_entries],
    [LAYOUT.runsParquet, summary.runs],
    [LAYOUT.metricsParquet, summary.metric_points],
    ...EXTRA_LINES.map(([name, kind]): [string, number] => [name, summary.extras?.[kind]?.exported ?? 0]),
    [LAYOUT.prompts, summary.extras?.["prompts"]?.exported ?? 0],
  ];
  const wrong = expected.filter(([name, count]) => found.rows[name] !== undefined && found.rows[name] !== count)
    .map(([name, count]) => `${name}: ${LAYOUT.summary} says ${count} rows, it has ${found.rows[name]}`);
  for (const [id, { runs }] of Object.entries(summary.experiments_detail)) {
    const has = found.runsByExperiment.get(id) ?? 0;
    if (has !== runs) wrong.push(`${LAYOUT.runs}: experiment ${id} has ${has} runs, ${LAYOUT.summary} says ${runs}`);
  }
  return wrong;
}

async function checkLines(
  path: string,
  problems: string[],
  runsByExperiment?: Map<string, number>,
): Promise<FileFacts> {
  const name = basename(path);
  let isBad = false;
  let number = 0;
  return await inspectFile(path, {
    onLine: (bytes) => {
      number++;
      const reason = lineProblem(bytes, runsByExperiment);
      if (reason === null || isBad) return;
      isBad = true;
      problems.push(`${name}: line ${number}: ${reason}`);
    },
  });
}

function lineProblem(bytes: Uint8Array, runsByExperiment: Map<string, number> | undefined): string | null {
  try {
    const row = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof row !== "object" || row === null || Array.isArray(row)) return "it is not a JSON object";
  } catch (error) {
    return `it is not JSON: ${messageOf(error)}`;
  }
  if (runsByExperiment === undefined) return null;
  const head = readRowHead(bytes);
  if (head === undefined || head.runId === null) return "it does not begin with experiment and run";
  runsByExperiment.set(head.experimentId, (runsByExperiment.get(head.experimentId) ?? 0) + 1);
  return null;
}

async function checkCsv(path: string, problems: string[]): Promise<FileFacts> {
  const shape = new CsvShape();
  const facts = await inspectFile(path, { onLine: (line) => shape.addLine(line) });
  const reason = shape.problem();
  if (reason !== null) problems.push(`${basename(path)}: ${reason}`);
  return { ...facts, lines: shape.records };
}

async function checkParquet(path: string): Promise<FileFacts> {
  const { parquetRowCount } = await import("../parquet/rows.ts");
  return { ...await inspectFile(path), lines: await parquetRowCount(path) };
}

/** A file that is one indented list: its rows are its entries. */
async function checkList(path: string, onEntry?: (entry: Record<string, unknown>) => void): Promise<FileFacts> {
  const list: unknown = JSON.parse(await readFile(path, "utf8"));
  if (!Array.isArray(list)) throw new AppError("it is not a list");
  for (const entry of list) onEntry?.(entry);
  return { ...await inspectFile(path), lines: list.length };
}
