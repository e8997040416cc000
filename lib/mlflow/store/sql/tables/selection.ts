/**
 * Which experiments and runs: ids in the server's order, read in pages that no run can fall out of or into twice.
 * @module
 */
import type { Experiment, Int64, RunSelection } from "../../../../source/mod.ts";
import { int64, text, textMap } from "../access/cells.ts";
import type { Database, Parameter, Row } from "../access/database.ts";
import type { Schema } from "./schema.ts";

/** Ids in memory at once, about. */
const PAGE_IDS = 20_000;

/** Sorts before any start: MLflow lists runs without one last. */
const NO_START = "-9223372036854775808";

/** Some runs of one experiment. */
export interface RunIds {
  readonly experiment: Experiment;
  /** Their ids, newest first. */
  readonly ids: readonly string[];
}

/** Reads the experiments of a workspace, as the server lists them: newest first. */
export async function readExperiments(
  database: Database,
  schema: Schema,
  { includeDeleted, workspace }: { readonly includeDeleted: boolean; readonly workspace: string },
): Promise<Experiment[]> {
  const ofWorkspace = schema.has("experiments", "workspace");
  const conditions = [
    ...(includeDeleted ? [] : ["e.lifecycle_stage = 'active'"]),
    ...(ofWorkspace ? ["e.workspace = ?"] : []),
  ];
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const values = ofWorkspace ? [workspace] : [];
  // Before 1.28, whose tables have no times, the server lists the oldest first.
  const order = schema.has("experiments", "creation_time")
    ? "e.creation_time desc, e.experiment_id"
    : "e.experiment_id";
  return await database.atOnce(async (tables) => {
    const rows = await tables.rows(
      `select e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage from experiments e ${where} order by ${order}`,
      values,
    );
    const tags = schema.has("experiment_tags")
      ? await tables.rows(
        `select t.experiment_id, t.key, t.value from experiment_tags t order by ${database.orderOf("t", "key")}`,
      )
      : [];
    const tagsOf = Map.groupBy(tags, ([id]) => String(id));
    return rows.map(([id, name, location, stage]): Experiment => ({
      id: String(id),
      name: text(name),
      artifactLocation: text(location),
      lifecycleStage: text(stage),
      tags: textMap(tagsOf.get(String(id))),
    }));
  });
}

/** Counts the runs of each experiment that has any, whatever their start and filter. */
export async function countRuns(
  database: Database,
  { includeDeleted = false }: Pick<RunSelection, "includeDeleted">,
): Promise<Map<string, number>> {
  const where = includeDeleted ? "" : "where r.lifecycle_stage = 'active'";
  const rows = await database.rows(
    `select r.experiment_id, count(*) from runs r ${where} group by r.experiment_id`,
  );
  return new Map(rows.map(([id, count]) => [String(id), Number(count)]));
}

/** Gives the ids of the runs of the experiments, grouped in that order, newest first inside each. */
export async function* listRunIds(
  database: Database,
  experiments: readonly Experiment[],
  selection: RunSelection,
): AsyncGenerator<RunIds> {
  const counts = await countRuns(database, selection);
  for (const group of groups(experiments, counts)) {
    const [first] = group;
    if (first !== undefined && (counts.get(first.id) ?? 0) > PAGE_IDS) yield* pagesOf(database, first, selection);
    else {
      const rows = await readIds(database, group, { selection });
      const byExperiment = Map.groupBy(rows, ([experimentId]) => String(experimentId));
      for (const experiment of group) {
        const ids = (byExperiment.get(experiment.id) ?? []).map(([_experimentId, id]) => String(id));
        if (ids.length > 0) yield { experiment, ids };
      }
    }
  }
}

/** Experiments with few runs are asked about together, one with many by itself. */
function* groups(
  experiments: readonly Experiment[],
  counts: ReadonlyMap<string, number>,
): Generator<readonly Experiment[]> {
  let group: Experiment[] = [];
  let held = 0;
  for (const experiment of experiments) {
    const count = counts.get(experiment.id) ?? 0;
    if (group.length > 0 && (held + count > PAGE_IDS || group.length === 1_000)) {
      yield group;
      [group, held] = [[], 0];
    }
    group.push(experiment);
    held += count;
  }
  if (group.length > 0) yield group;
}

/** A run keeps its start and its id: one that is added meanwhile moves no other across the place that is reached. */
async function* pagesOf(
  database: Database,
  experiment: Experiment,
  selection: RunSelection,
): AsyncGenerator<RunIds> {
  let after: readonly [start: Int64, id: string] | undefined;
  for (;;) {
    const rows = await readIds(database, [experiment], { selection, after, limit: PAGE_IDS });
    if (rows.length > 0) yield { experiment, ids: rows.map(([_experimentId, id]) => String(id)) };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_IDS) return;
    after = [int64(last[2]), String(last[1])];
  }
}

interface IdQuery {
  readonly selection: RunSelection;
  readonly after?: readonly [start: Int64, id: string];
  readonly limit?: number;
}

async function readIds(
  database: Database,
  experiments: readonly Experiment[],
  { selection: { includeDeleted = false, sinceMs = null, untilMs = null }, after, limit }: IdQuery,
): Promise<readonly Row[]> {
  const start = `coalesce(r.start_time, ${NO_START})`;
  const conditions = ["r.experiment_id in ?"];
  // Ids of experiments are integers here; one that is none is of another store.
  const ids = experiments.map(({ id }) => Number(id)).filter(Number.isSafeInteger);
  const values: Parameter[] = [ids];
  if (!includeDeleted) conditions.push("r.lifecycle_stage = 'active'");
  if (sinceMs !== null) conditions.push("r.start_time >= ?");
  if (untilMs !== null) conditions.push("r.start_time < ?");
  values.push(...[sinceMs, untilMs].filter((bound) => bound !== null));
  if (after !== undefined) {
    conditions.push(`(${start} < ? or ${start} = ? and r.run_uuid > ?)`);
    values.push(after[0], ...after);
  }
  return await database.rows(
    `select r.experiment_id, r.run_uuid, ${start} from runs r where ${conditions.join(" and ")} ` +
      `order by ${start} desc, r.run_uuid${limit === undefined ? "" : ` limit ${limit}`}`,
    values,
  );
}
