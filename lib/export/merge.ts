/**
 * Makes one export of many shards: files equal to those of one machine.
 * @module
 */
import { cp, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { type ExportFolder, type GrowingFile } from "../folder/export_folder.ts";
import { LAYOUT } from "../folder/layout.ts";
import { type RecordForm, RecordReader } from "../folder/record_reader.ts";
import { csvLine } from "../folder/runs_csv.ts";
import type { ManifestRow, SpooledRun } from "../folder/state.ts";
import { BASIC_COLUMNS, RUN_COLUMNS } from "../rows/csv.ts";
import { finishedExport } from "./state/finished.ts";
import { entryText, placedIn } from "./artifacts/manifest.ts";
import { type ParquetOptions, writeParquetFiles } from "./parquet.ts";
import { mergeExtras } from "./extras/merge.ts";
import { addExtras } from "./state/extras.ts";
import { addCounts, type ExportCounts } from "./state/progress.ts";
import { type ExportSummary, summaryJson, type WrittenExperiment } from "./state/summary.ts";

const FORMS: readonly (readonly [GrowingFile, RecordForm])[] = [
  [LAYOUT.experiments, "lines"],
  [LAYOUT.datasets, "lines"],
  [LAYOUT.runsBasicCsv, "csv"],
  [LAYOUT.runs, "lines"],
];

interface Part {
  readonly folder: ExportFolder;
  readonly summary: ExportSummary;
  readonly readers: ReadonlyMap<GrowingFile, RecordReader>;
  readonly manifest: Generator<ManifestRow>;
}

/**
 * Merges finished shards into a new folder. Rejects with a UsageError where a shard is not finished, or an experiment that all of them
 * listed is in none of them or in two.
 */
export async function mergeExports(
  shards: readonly ExportFolder[],
  target: ExportFolder,
  options: ParquetOptions = {},
): Promise<ExportSummary> {
  const parts: Part[] = [];
  try {
    for (const folder of shards) parts.push(await openPart(folder));
    const order = mergedOrder(parts);
    await target.startWriting(csvLine(BASIC_COLUMNS));
    for (const { readers } of parts) for await (const _ of readers.get(LAYOUT.runsBasicCsv)?.take(1) ?? []);
    for (const { part, experiment } of order) await copyExperiment(part, { experiment, target });
    for (const { folder } of parts) await copyArtifacts(folder, target);
    await target.commit(null);
    await target.stopWriting();
    await target.writeRunsCsv(RUN_COLUMNS, () => mergedRuns(shards));
    await mergeExtras(shards, target, order.map(({ experiment }) => experiment.id));
    return await writeWholeFiles(parts, { order, target, ...options });
  } finally {
    for (const { readers } of parts) for (const reader of readers.values()) await reader.close();
  }
}

async function openPart(folder: ExportFolder): Promise<Part> {
  const summary = finishedExport(folder);
  if (summary === null) {
    throw new UsageError(`Cannot merge ${folder.path}: its export did not finish`, { hint: "Resume it first" });
  }
  const readers = new Map<GrowingFile, RecordReader>();
  for (const [name, form] of FORMS) readers.set(name, await RecordReader.open(join(folder.path, name), form));
  return { folder, summary, readers, manifest: folder.state.manifestRows() };
}

interface Placed {
  readonly part: Part;
  readonly experiment: WrittenExperiment;
}

function mergedOrder(parts: readonly Part[]): Placed[] {
  const places = new Map<string, Placed>();
  for (const part of parts) {
    for (const experiment of part.summary.experiments) {
      const other = places.get(experiment.id);
      if (other !== undefined) {
        throw new UsageError(
          `Cannot merge: experiment ${experiment.id} is in ${other.part.folder.path} and in ${part.folder.path}`,
          { hint: "Give each shard once, all of one --shard i/n" },
        );
      }
      places.set(experiment.id, { part, experiment });
    }
  }
  const listings = parts.map(({ folder }) => folder.state.kept("listed") as string[]);
  const failed = new Set(parts.flatMap(({ summary }) => summary.failedExperiments.map(({ id }) => id)));
  const missing = (listings[0] ?? []).filter((id) =>
    !places.has(id) && !failed.has(id) && listings.every((ids) => ids.includes(id))
  );
  if (missing.length > 0) {
    throw new UsageError(`Cannot merge: no folder has experiment ${missing.slice(0, 5).join(", ")}`, {
      hint: "A shard is missing, or its machine counted other runs: export that shard again, or use --experiment",
    });
  }
  // The longest listing was made last: what the others listed is in it, in the same order.
  const order = [...listings].sort((a, b) => b.length - a.length)[0] ?? [];
  return inOrder(parts, new Map(order.map((id, i) => [id, i])));
}

/** Of all parts the first experiment of each that is left: a part is read from its beginning to its end, in whichever order it was written. */
function inOrder(parts: readonly Part[], rank: ReadonlyMap<string, number>): Placed[] {
  const left = parts.map((part) => part.summary.experiments.map((experiment): Placed => ({ part, experiment })));
  const rankOf = ({ experiment }: Placed): number => rank.get(experiment.id) ?? -1;
  const placed: Placed[] = [];
  for (;;) {
    const heads = left.filter((list) => list.length > 0);
    if (heads.length === 0) return placed;
    const first = heads.reduce((a, b) => rankOf(b[0] as Placed) < rankOf(a[0] as Placed) ? b : a);
    placed.push(first.shift() as Placed);
  }
}

async function copyExperiment(
  { readers, manifest }: Part,
  { experiment, target }: { readonly experiment: WrittenExperiment; readonly target: ExportFolder },
): Promise<void> {
  const rows: Readonly<Record<GrowingFile, number>> = {
    [LAYOUT.experiments]: 1,
    [LAYOUT.datasets]: experiment.datasetRows,
    [LAYOUT.runsBasicCsv]: experiment.runs,
    [LAYOUT.runs]: experiment.runs,
  };
  for (const [name] of FORMS) {
    for await (const piece of readers.get(name)?.take(rows[name]) ?? []) await target.append(name, piece);
  }
  // One row a run, or none at all where no artifacts were asked for.
  for (let left = experiment.runs; left > 0; left--) {
    const { value, done } = manifest.next();
    if (done) break;
    const entry = placedIn(target.file("artifacts"), JSON.parse(value.entry));
    target.state.addManifestRow({ entry: entryText(entry), files: value.files });
  }
}

/** The folder of artifacts is not there where whatever brought the shard here keeps no empty folders: git, an archive. */
async function copyArtifacts(from: ExportFolder, target: ExportFolder): Promise<void> {
  const isThere = await stat(from.file("artifacts")).then(() => true, () => false);
  if (isThere) await cp(from.file("artifacts"), target.file("artifacts"), { recursive: true });
}

function* mergedRuns(shards: readonly ExportFolder[]): Generator<SpooledRun["cells"]> {
  const heads = shards.map(({ state }) => state.spooledRuns()).map((rows) => ({ rows, next: rows.next() }));
  for (;;) {
    const open = heads.filter(({ next }) => !next.done);
    if (open.length === 0) return;
    const first = open.reduce((a, b) => comesBefore(b.next.value, a.next.value) ? b : a);
    yield first.next.value.cells;
    first.next = first.rows.next();
  }
}

function comesBefore(a: SpooledRun, b: SpooledRun): boolean {
  return a.startTime > b.startTime || a.startTime === b.startTime && a.runId < b.runId;
}

async function writeWholeFiles(
  parts: readonly Part[],
  { order, target, ...options }: ParquetOptions & {
    readonly order: readonly Placed[];
    readonly target: ExportFolder;
  },
): Promise<ExportSummary> {
  const artifactEntries = await target.writeManifest();
  const withModels = parts.find(({ summary }) => LAYOUT.models in summary.files);
  if (withModels !== undefined) {
    await target.writeWhole("models", await readFile(withModels.folder.file("models"), "utf8"));
  }
  const { files: texts, runsByExperiment } = await target.inspect();
  // What one of them has, all of them are to have together.
  const has = parts.some(({ summary }) => LAYOUT.metricsParquet in summary.files);
  const files = { ...texts, ...await writeParquetFiles(target, { ...options, parquet: options.parquet || has }) };
  const experiments = order.map(({ experiment }) => ({
    ...experiment,
    written: runsByExperiment.get(experiment.id) ?? 0,
  }));
  const summary: ExportSummary = {
    sourceName: parts[0]?.summary.sourceName ?? "MLflow",
    sourceVersion: parts[0]?.summary.sourceVersion ?? null,
    experiments,
    failedExperiments: parts.flatMap(({ summary }) => summary.failedExperiments),
    extras: addExtras(parts.map(({ summary }) => summary.extras)),
    modelsFailure: parts.find(({ summary }) => summary.modelsFailure !== null)?.summary.modelsFailure ?? null,
    runs: experiments.reduce((sum, { runs }) => sum + runs, 0),
    artifactEntries,
    files,
    counts: parts.map(({ summary }): Readonly<ExportCounts> => summary.counts).reduce(addCounts),
  };
  await target.writeWhole("summary", summaryJson(summary));
  target.state.keep("summary", summary);
  return summary;
}
