/**
 * The model registry, from its tables.
 * @module
 */
import type { ModelVersion, RegisteredModel } from "../../../../source/mod.ts";
import { isPrompt } from "../../../extras/prompts.ts";
import { int64, text, textMap } from "../access/cells.ts";
import type { Database, Row, Tables } from "../access/database.ts";
import type { Schema } from "./schema.ts";

/** Reads every registered model of a workspace with all its versions, newest first: prompts, which MLflow hides, or all others. */
export async function readModels(
  database: Database,
  schema: Schema,
  { workspace, prompts }: { readonly workspace: string; readonly prompts: boolean },
): Promise<RegisteredModel[]> {
  if (!schema.has("registered_models")) return [];
  return await database.atOnce(async (tables) => {
    const reading = new RegistryReading(tables, schema, workspace);
    const models = await reading.rows("registered_models", "creation_time, last_updated_time, description", {
      order: "t.name",
    });
    const tags = await reading.rows("registered_model_tags", "key, value", { order: database.orderOf("t", "key") });
    const aliases = await reading.rows("registered_model_aliases", "alias, version", {
      order: "t.alias",
    });
    const versions = await reading.rows(
      "model_versions",
      "version, current_stage, status, run_id, source, description, creation_time, last_updated_time",
      { order: "t.version desc" },
    );
    const versionTags = await reading.rows("model_version_tags", "version, key, value", {
      order: database.orderOf("t", "key"),
    });
    const of = { tags: byName(tags), aliases: byName(aliases), versions: byName(versions) };
    const tagsOfVersion = Map.groupBy(versionTags, ([name, version]) => JSON.stringify([name, String(version)]));
    return models.filter(([name]) => isPrompt(textMap(of.tags.get(name))) === prompts).map((row): RegisteredModel => {
      const [name, created, lastUpdated, description] = row;
      return {
        name: text(name),
        description: text(description),
        tags: textMap(of.tags.get(name)),
        created: int64(created),
        lastUpdated: int64(lastUpdated),
        versions: (of.versions.get(name) ?? []).filter((version) => version[2] !== "Deleted_Internal")
          .map((version) => ({
            ...versionOf(version),
            tags: textMap(
              tagsOfVersion.get(JSON.stringify([name, String(version[1])]))?.map(([_name, ...tag]) => tag),
            ),
            aliases: (of.aliases.get(name) ?? []).filter((alias) => String(alias[2]) === String(version[1]))
              .map(([_name, alias]) => text(alias)),
          })),
      };
    });
  });
}

class RegistryReading {
  readonly #tables: Tables;
  readonly #schema: Schema;
  readonly #workspace: string;

  constructor(tables: Tables, schema: Schema, workspace: string) {
    this.#tables = tables;
    this.#schema = schema;
    this.#workspace = workspace;
  }

  /** Rows of the name of a model, and the columns. */
  async rows(table: string, columns: string, { order }: { readonly order: string }): Promise<readonly Row[]> {
    if (!this.#schema.has(table)) return [];
    const ofWorkspace = this.#schema.has(table, "workspace");
    const list = columns.split(", ").map((column) => `t.${column}`).join(", ");
    return await this.#tables.rows(
      `select t.name, ${list} from ${table} t ${ofWorkspace ? "where t.workspace = ?" : ""} order by ${order}`,
      ofWorkspace ? [this.#workspace] : [],
    );
  }
}

function versionOf(row: Row): Omit<ModelVersion, "tags" | "aliases"> {
  const [_name, version, stage, status, runId, source, description, created, lastUpdated] = row;
  return {
    version: String(version),
    currentStage: text(stage),
    status: text(status) || "PENDING_REGISTRATION",
    runId: runId === null ? null : text(runId),
    source: text(source),
    description: description === null ? null : text(description),
    created: int64(created),
    lastUpdated: int64(lastUpdated),
  };
}

function byName(rows: readonly Row[]): Map<unknown, Row[]> {
  return Map.groupBy(rows, ([name]) => name);
}
