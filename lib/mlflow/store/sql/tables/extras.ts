/**
 * What a database has besides runs and registered models, as the seam has it.
 * @module
 */
import type { Experiment, Extras } from "../../../../source/mod.ts";
import { promptsOf } from "../../../extras/prompts.ts";
import type { Database } from "../access/database.ts";
import { readDatasets, readScorers, readWebhooks } from "./evaluation.ts";
import { readLoggedModels } from "./logged_models.ts";
import { readModels } from "./models.ts";
import type { Schema } from "./schema.ts";

/** Returns what can be read of a workspace. The traces themselves are only read of a server: where their spans are, only that knows. */
export function extrasOf(database: Database, schema: Schema, workspace: string): Extras {
  const tables = { database, schema, workspace };
  async function countTraces(experiments: readonly Experiment[]): Promise<number> {
    if (!schema.has("trace_info")) return 0;
    const rows = await database.rows("select t.experiment_id, count(*) from trace_info t group by t.experiment_id");
    const wanted = new Set(experiments.map(({ id }) => id));
    return rows.filter(([id]) => wanted.has(String(id))).reduce((sum, [, amount]) => sum + Number(amount), 0);
  }
  return {
    loggedModels: (experiments) => readLoggedModels(database, schema, experiments),
    prompts: async () => promptsOf(await readModels(database, schema, { workspace, prompts: true })),
    evaluationDatasets: () => readDatasets(tables),
    scorers: (experiments) => readScorers(tables, experiments),
    webhooks: () => readWebhooks(tables),
    countTraces,
  };
}
