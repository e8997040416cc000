/**
 * Registered models, as models.json has them.
 * @module
 */
import type { ModelFacts, VersionFacts } from "../facts/shape.ts";
import { shownName, shownText } from "../facts/shown.ts";
import { readJson } from "./json_file.ts";

/** Models that are shown. */
const MOST_MODELS = 200;

/** Versions of a model that are shown. */
const MOST_VERSIONS = 20;

/** What is read of models.json. */
interface ModelRow {
  readonly name: string;
  readonly description?: string | null;
  readonly latest_versions: readonly {
    readonly version: string;
    readonly current_stage?: string | null;
    readonly status?: string | null;
    readonly run_id?: string | null;
    readonly created?: number | null;
    readonly aliases?: readonly string[];
  }[];
}

/** The models of a folder. */
export interface ModelsRead {
  /** Those that are shown; null where none were exported. */
  readonly models: readonly ModelFacts[] | null;
  /** All. */
  readonly modelCount: number;
  readonly versionCount: number;
}

/** Reads models.json. Rejects with an AppError when it is broken. */
export async function readModels(path: string): Promise<ModelsRead> {
  const rows = await readJson(path) as readonly ModelRow[] | null;
  if (rows === null) return { models: null, modelCount: 0, versionCount: 0 };
  return {
    models: rows.slice(0, MOST_MODELS).map((row) => ({
      name: shownName(row.name),
      description: shownText(row.description),
      versions: row.latest_versions.slice(0, MOST_VERSIONS).map(versionOf),
      versionsLeftOut: Math.max(0, row.latest_versions.length - MOST_VERSIONS),
    })),
    modelCount: rows.length,
    versionCount: rows.reduce((sum, row) => sum + row.latest_versions.length, 0),
  };
}

function versionOf(version: ModelRow["latest_versions"][number]): VersionFacts {
  const { run_id: id } = version;
  return {
    version: shownName(version.version, 20),
    stage: shownName(version.current_stage ?? "", 20),
    status: shownName(version.status ?? "", 30),
    aliases: (version.aliases ?? []).slice(0, 10).map((alias) => shownName(alias, 60)),
    createdMs: version.created ?? null,
    run: id === undefined || id === null || id === "" ? null : { id, name: null, experimentId: null },
  };
}
