/**
 * Registered models as models.json has them (spec, "Keys", model): what goes to Kiroframe as import type 3.
 * @module
 */
import { type JsonRow, pythonJson, type RowOf } from "../json/python.ts";
import type { ModelRow, ModelVersionRow } from "../shapes/rows.ts";
import type { ModelVersion, RegisteredModel } from "../source/mod.ts";

/** The whole of models.json: an indented list. */
export function modelsJson(models: readonly RegisteredModel[]): string {
  return pythonJson(models.map(modelRow), 2);
}

function modelRow(model: RegisteredModel): JsonRow {
  return {
    name: model.name,
    description: model.description,
    tags: model.tags,
    created: model.created,
    last_updated: model.lastUpdated,
    latest_versions: model.versions.map(versionRow),
  } satisfies RowOf<ModelRow>;
}

function versionRow(version: ModelVersion): JsonRow {
  return {
    version: version.version,
    current_stage: version.currentStage,
    status: version.status,
    run_id: version.runId,
    source: version.source,
    description: version.description,
    created: version.created,
    last_updated: version.lastUpdated,
    tags: version.tags,
    aliases: version.aliases,
  } satisfies RowOf<ModelVersionRow>;
}
