/**
 * Where the files of a run's logged models are: since MLflow 3.0.
 * @module
 */
import type { Run } from "../../../../source/mod.ts";
import type { ModelFolder } from "../../artifacts.ts";
import { text } from "../access/cells.ts";
import type { Database } from "../access/database.ts";
import type { Schema } from "./schema.ts";

/** Reads the folders of the models that a run put out, the newest first; those that were deleted since are left out. */
export async function modelFolders(database: Database, schema: Schema, run: Run): Promise<ModelFolder[]> {
  if (run.modelIds.length === 0 || !schema.has("logged_models")) return [];
  const rows = await database.rows(
    "select l.model_id, l.name, l.artifact_location from logged_models l " +
      "where l.model_id in ? and l.lifecycle_stage = 'active' order by l.creation_timestamp_ms desc",
    [run.modelIds],
  );
  return rows.map(([modelId, name, uri]) => ({ modelId: text(modelId), name: text(name), uri: text(uri) }));
}
