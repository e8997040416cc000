/**
 * What a database has besides runs and registered models, as the seam has it.
 * @module
 */
import type { CountedExtra, Experiment, Extras } from "../../../../source/mod.ts";
import { promptsOf } from "../../../extras/prompts.ts";
import type { Database } from "../access/database.ts";
import { readLoggedModels } from "./logged_models.ts";
import { readModels } from "./models.ts";
import type { Schema } from "./schema.ts";

/** Where things are counted: by experiment, or all of a workspace. */
const TABLES: Readonly<Record<CountedExtra, readonly [table: string, isByExperiment: boolean, condition?: string]>> = {
  traces: ["trace_info", true],
  scorers: ["scorers", true],
  evaluation_datasets: ["evaluation_datasets", false],
  webhooks: ["webhooks", false, "t.deleted_timestamp is null"],
};

/** Returns what can be read of a workspace. The traces themselves are only read of a server: where their spans are, only that knows. */
export function extrasOf(database: Database, schema: Schema, workspace: string): Extras {
  async function count(kind: CountedExtra, experiments: readonly Experiment[]): Promise<number> {
    const [table, isByExperiment, condition] = TABLES[kind];
    if (!schema.has(table)) return 0;
    if (isByExperiment) {
      const rows = await database.rows(`select t.experiment_id, count(*) from ${table} t group by t.experiment_id`);
      const told = kind === "scorers"
        ? experiments.filter(({ lifecycleStage }) => lifecycleStage === "active")
        : experiments;
      const wanted = new Set(told.map(({ id }) => id));
      return rows.filter(([id]) => wanted.has(String(id))).reduce((sum, [, amount]) => sum + Number(amount), 0);
    }
    const ofWorkspace = schema.has(table, "workspace");
    const conditions = [...condition === undefined ? [] : [condition], ...ofWorkspace ? ["t.workspace = ?"] : []];
    const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
    const rows = await database.rows(`select count(*) from ${table} t${where}`, ofWorkspace ? [workspace] : []);
    return Number(rows[0]?.[0]);
  }
  return {
    loggedModels: (experiments) => readLoggedModels(database, schema, experiments),
    prompts: async () => promptsOf(await readModels(database, schema, { workspace, prompts: true })),
    count,
  };
}
