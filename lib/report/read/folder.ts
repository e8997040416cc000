/**
 * A whole folder, read once for its report. Each file is read from its beginning to its end in memory that does not grow with it.
 * @module
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { UsageError } from "../../errors.ts";
import { type About, readAbout } from "../../folder/about.ts";
import { inspectFile } from "../../folder/inspect.ts";
import { LAYOUT } from "../../folder/layout.ts";
import { readRunLines } from "../../folder/read/run_lines.ts";
import { visible } from "../../visible.ts";
import { allot, MOST_EXPERIMENTS } from "../facts/budget.ts";
import type { ExperimentFacts, Facts, ModelFacts, SentFacts } from "../facts/shape.ts";
import { shownName, shownText } from "../facts/shown.ts";
import { counted, formatCount } from "../page/format.js";
import { TimeCounts } from "../thin/times.ts";
import { readArtifactErrors } from "./artifact_errors.ts";
import { FailureGroups } from "./failures.ts";
import { readJson } from "./json_file.ts";
import { type DatasetRow, LineageBuilder } from "./lineage.ts";
import { readModels } from "./models.ts";
import { RunsOfExperiment, shownRun } from "./run_table.ts";
import { readLedger } from "./sent.ts";

/** Bars in the picture of runs over time. */
const MOST_BARS = 60;

const counter = z.number().optional();

const summaryShape = z.object({
  mlflow_version: z.string().nullable().optional(),
  experiments_detail: z.record(z.string(), z.object({ name: z.string(), runs: z.number() })),
  metric_points: counter,
  non_finite_values: counter,
  history_errors: counter,
  artifact_errors: counter,
  reconciliation: z.record(
    z.string(),
    z.object({ listed: z.number(), written: z.number(), acknowledged: z.number().nullable() }),
  ).optional(),
  import: z.object({ non_finite_left_out: z.number(), thinned_points: z.number() }).nullable().optional(),
});

type Summary = z.infer<typeof summaryShape>;

interface ExperimentRow {
  readonly experiment_id: string;
  readonly experiment_name: string;
  readonly description?: string | null;
  readonly owner?: string | null;
  readonly lifecycle_stage?: string | null;
  readonly runs_total?: number;
}

/** How {@linkcode readFolder} reads. */
export interface ReadOptions {
  /** Takes secrets out of a server's words. */
  readonly redact: (text: string) => string;
}

/** Reads a folder. Rejects with a UsageError where it is no export, with an AppError where a file of it is broken. */
export async function readFolder(folder: string, { redact }: ReadOptions): Promise<Facts> {
  if (!existsSync(join(folder, LAYOUT.runs))) {
    throw new UsageError(`Cannot report on ${visible(folder)}: it holds no ${LAYOUT.runs}, so it is no export`, {
      hint: "Give the folder of an earlier export",
    });
  }
  const about = await readAbout(folder);
  const parsed = summaryShape.safeParse(await readJson(join(folder, LAYOUT.summary)));
  const summary = parsed.success ? parsed.data : null;
  const { rows, rowCount } = await readExperiments(join(folder, LAYOUT.experiments));
  const { models, ...modelCounts } = await readModels(join(folder, LAYOUT.models));
  const failures = new FailureGroups();
  const found = await readRuns(folder, { rows, summary, failures, models });
  if ((summary?.artifact_errors ?? 1) > 0 && existsSync(join(folder, LAYOUT.manifest))) {
    await readArtifactErrors(
      join(folder, LAYOUT.manifest),
      (id, reason) => failures.add({ what: "artifacts", id, reason }),
    );
  }
  const builder = new LineageBuilder(models ?? []);
  if (existsSync(join(folder, LAYOUT.datasets))) {
    await eachRow<DatasetRow>(join(folder, LAYOUT.datasets), (row) => builder.add(row));
  }
  const { lineage, leftOut } = builder.lineage();
  const experiments = rows.map((row) => experimentOf(row, { found, builder }));
  return {
    folderName: shownName(basename(folder)),
    trackingUrl: about === null ? null : shownName(redact(about.tracking_url), 200),
    sourceVersion: summary?.mlflow_version == null ? null : shownName(summary.mlflow_version, 40),
    selection: selectionOf(about),
    isFinished: summary !== null,
    runs: experiments.reduce((sum, { runs }) => sum + runs, 0) + found.strayRuns,
    statuses: found.statuses,
    points: summary?.metric_points ?? null,
    nonFinite: summary?.non_finite_values ?? null,
    datasets: builder.datasets,
    overTime: found.times.bars(MOST_BARS),
    undatedRuns: found.undated,
    experiments,
    experimentCount: rowCount,
    models: models === null ? null : models.map((model) => withRuns(model, found.runsOfModels)),
    ...modelCounts,
    lineage,
    sent: sentOf(summary, readLedger(join(folder, LAYOUT.state), redact)),
    failures: failures.groups(),
    leftOut: [...found.leftOut(), ...leftOut],
  };
}

async function readExperiments(path: string): Promise<{ readonly rows: ExperimentRow[]; readonly rowCount: number }> {
  const rows: ExperimentRow[] = [];
  let rowCount = 0;
  if (existsSync(path)) {
    await eachRow<ExperimentRow>(path, (row) => {
      if (rowCount++ >= MOST_EXPERIMENTS) return;
      const { experiment_id, experiment_name, description, owner, lifecycle_stage, runs_total } = row;
      rows.push({ experiment_id, experiment_name, description, owner, lifecycle_stage, runs_total });
    });
  }
  return { rows, rowCount };
}

interface RunsFound {
  readonly byExperiment: ReadonlyMap<string, RunsOfExperiment>;
  readonly statuses: ReadonlyMap<string, number>;
  readonly times: TimeCounts;
  readonly undated: number;
  /** Runs of experiments that are not listed. */
  readonly strayRuns: number;
  readonly runsOfModels: ReadonlyMap<string, { readonly name: string; readonly experimentId: string }>;
  leftOut(): string[];
}

interface RunsInput {
  /** Filled up with those that have runs and no row: of an export that did not finish. */
  readonly rows: ExperimentRow[];
  readonly summary: Summary | null;
  readonly failures: FailureGroups;
  readonly models: readonly ModelFacts[] | null;
}

async function readRuns(folder: string, { rows, summary, failures, models }: RunsInput): Promise<RunsFound> {
  const details = summary?.experiments_detail;
  const countOf = ({ experiment_id, runs_total = 0 }: ExperimentRow): number =>
    details?.[experiment_id]?.runs ?? runs_total;
  const allotments = allot(rows.map((row) => ({ id: row.experiment_id, runs: countOf(row) })));
  const byExperiment = new Map([...allotments].map(([id, allotment]) => [id, new RunsOfExperiment(allotment)]));
  const statuses = new Map<string, number>();
  const times = new TimeCounts();
  const wanted = new Set((models ?? []).flatMap(({ versions }) => versions.flatMap(({ run }) => run?.id ?? [])));
  const runsOfModels = new Map<string, { readonly name: string; readonly experimentId: string }>();
  // Only where there are some is it worth to look at every history.
  const hasFailures = (summary?.history_errors ?? 0) > 0;
  let undated = 0;
  let strayRuns = 0;
  const badLines: number[] = [];
  await readRunLines(join(folder, LAYOUT.runs), {
    onBadLine: (number) => void badLines.push(number),
    onRun: (read) => {
      const head = shownRun(read);
      statuses.set(head.status, (statuses.get(head.status) ?? 0) + 1);
      if (head.start_time) times.add(head.start_time, head.status);
      else undated++;
      if (wanted.has(head.run_id)) {
        const name = shownName(head.tags["mlflow.runName"] ?? head.run_id, 60);
        runsOfModels.set(head.run_id, { name, experimentId: head.experiment_id });
      }
      const runs = byExperiment.get(head.experiment_id) ?? unlisted(head.experiment_id, head.experiment_name);
      if (runs === null) strayRuns++;
      const sink = runs?.add(head) ?? null;
      if (!hasFailures) return sink;
      return {
        wants: (key) => sink?.wants(key) ?? false,
        points: (key, json) => sink?.points(key, json),
        failed: (_, reason) => failures.add({ what: "metric history", id: head.run_id, reason }),
      };
    },
  });
  return { byExperiment, statuses, times, undated, strayRuns, runsOfModels, leftOut };

  /** An experiment whose row comes only when it is finished. */
  function unlisted(id: string, name: string): RunsOfExperiment | null {
    if (rows.length >= MOST_EXPERIMENTS) return null;
    rows.push({ experiment_id: id, experiment_name: name });
    const runs = new RunsOfExperiment(allot([{ id, runs: 1000 }]).get(id)!);
    byExperiment.set(id, runs);
    return runs;
  }
  function leftOut(): string[] {
    if (badLines.length === 0) return [];
    return [`${LAYOUT.runs} has ${counted(badLines.length, "broken line")}; the first is line ${badLines[0]}.`];
  }
}

function experimentOf(
  row: ExperimentRow,
  { found, builder }: { readonly found: RunsFound; readonly builder: LineageBuilder },
): ExperimentFacts {
  const id = row.experiment_id;
  const runs = found.byExperiment.get(id)!.facts();
  const more = builder.datasetsLeftOut(id);
  return {
    id: shownName(id),
    name: shownName(row.experiment_name),
    owner: row.owner == null || row.owner === "" ? null : shownName(row.owner),
    description: shownText(row.description),
    lifecycleStage: shownName(row.lifecycle_stage ?? "active", 20),
    used: builder.datasetsOf(id, "used"),
    produced: builder.datasetsOf(id, "produced"),
    ...runs,
    leftOut: more === 0 ? runs.leftOut : [...runs.leftOut, `Datasets: ${formatCount(more)} more.`],
  };
}

function withRuns(model: ModelFacts, runs: RunsFound["runsOfModels"]): ModelFacts {
  const versions = model.versions.map((version) => {
    if (version.run === null) return version;
    const { name = null, experimentId = null } = runs.get(version.run.id) ?? {};
    return { ...version, run: { id: shownName(version.run.id), name, experimentId } };
  });
  return { ...model, versions };
}

function sentOf(summary: Summary | null, ledger: Pick<SentFacts, "targets" | "unreadable">): SentFacts {
  const all = Object.entries(summary?.reconciliation ?? {});
  return {
    ...ledger,
    nonFiniteLeftOut: summary?.import?.non_finite_left_out ?? null,
    thinnedPoints: summary?.import?.thinned_points ?? null,
    differences: all.filter(([, { listed, written, acknowledged }]) =>
      listed !== written || (acknowledged !== null && acknowledged !== written)
    ).map(([experimentId, counts]) => ({ experimentId: shownName(experimentId), ...counts })),
  };
}

/** What was asked for, where it was not everything. */
function selectionOf(about: About | null): string[] {
  const { experiments, sinceMs, untilMs, runFilter, includeDeleted, shard } = about?.options ?? {};
  const words: string[] = [];
  if (Array.isArray(experiments) && experiments.length > 0) words.push(`experiments ${experiments.join(", ")}`);
  if (typeof sinceMs === "number") words.push(`runs started at or after ${new Date(sinceMs).toISOString()}`);
  if (typeof untilMs === "number") words.push(`runs started before ${new Date(untilMs).toISOString()}`);
  if (typeof runFilter === "string" && runFilter !== "") words.push(`runs that match ${runFilter}`);
  if (includeDeleted === true) words.push("deleted ones too");
  if (typeof shard === "object" && shard !== null) words.push(`one shard: ${Object.values(shard).join("/")}`);
  return words.map((word) => shownName(word, 300));
}

/** Calls for each row of a file of JSON lines; a line that is none is left to `verify`. */
async function eachRow<Row>(path: string, onRow: (row: Row) => void): Promise<void> {
  const decoder = new TextDecoder();
  await inspectFile(path, {
    onLine: (line) => {
      let row: Row;
      try {
        row = JSON.parse(decoder.decode(line));
      } catch {
        return;
      }
      onRow(row);
    },
  });
}
