/**
 * Checks an export folder by itself: every row parses, counts agree, and no file was changed since summary.json was written.
 * @module
 */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { messageOf } from "../errors.ts";
import { readRowHead } from "../lines/row_head.ts";
import { CsvShape } from "./csv_shape.ts";
import { type FileFacts, inspectFile } from "./inspect.ts";
import { LAYOUT } from "./layout.ts";

const summaryShape = z.object({
  experiments: z.number(),
  runs: z.number(),
  dataset_rows: z.number(),
  artifact_entries: z.number(),
  experiments_detail: z.record(z.string(), z.object({ runs: z.number() })),
  files: z.record(z.string(), z.object({ bytes: z.number(), lines: z.number(), sha256: z.string() })).optional(),
});

type Summary = z.infer<typeof summaryShape>;

/** What {@linkcode verifyFolder} found. */
export interface Verification {
  /** One sentence each; empty where all is well. */
  readonly problems: readonly string[];
  /** Rows by file, of those that have rows. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Checks a folder; of each file the first bad line is named. Rejects only when the folder cannot be read at all. */
export async function verifyFolder(folder: string): Promise<Verification> {
  const problems: string[] = [];
  const summary = await readJson(join(folder, LAYOUT.summary), problems);
  const parsed = summaryShape.safeParse(summary);
  if (summary !== undefined && !parsed.success) problems.push(`${LAYOUT.summary}: ${z.prettifyError(parsed.error)}`);

  const runsByExperiment = new Map<string, number>();
  const checks: Record<string, (path: string) => Promise<FileFacts>> = {
    [LAYOUT.experiments]: (path) => checkLines(path, problems),
    [LAYOUT.datasets]: (path) => checkLines(path, problems),
    [LAYOUT.runs]: (path) => checkLines(path, problems, runsByExperiment),
    [LAYOUT.runsBasicCsv]: (path) => checkCsv(path, problems),
    [LAYOUT.runsCsv]: (path) => checkCsv(path, problems),
    [LAYOUT.manifest]: (path) => checkJson(path, problems),
    ...(parsed.data?.files?.[LAYOUT.models] === undefined
      ? {}
      : { [LAYOUT.models]: (path) => checkJson(path, problems) }),
  };
  const rows: Record<string, number> = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      const facts = await check(join(folder, name));
      rows[name] = facts.lines;
      const expected = parsed.data?.files?.[name];
      if (expected !== undefined && expected.sha256 !== facts.sha256) {
        problems.push(`${name}: it was changed since the export (${expected.bytes} bytes then, ${facts.bytes} now)`);
      }
    } catch (error) {
      problems.push(`${name}: ${messageOf(error)}`);
    }
  }
  if (parsed.success) problems.push(...compareCounts(parsed.data, { rows, runsByExperiment }));
  return { problems, rows };
}

function compareCounts(
  summary: Summary,
  found: { readonly rows: Readonly<Record<string, number>>; readonly runsByExperiment: ReadonlyMap<string, number> },
): string[] {
  const expected: [string, number][] = [
    [LAYOUT.experiments, summary.experiments],
    [LAYOUT.runs, summary.runs],
    [LAYOUT.datasets, summary.dataset_rows],
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

async function checkJson(path: string, problems: string[]): Promise<FileFacts> {
  await readJson(path, problems);
  return await inspectFile(path);
}

async function readJson(path: string, problems: string[]): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    problems.push(`${basename(path)}: ${messageOf(error)}`);
    return undefined;
  }
}
