/**
 * The artifacts of a run of a file store.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ArtifactFile, Run } from "../../../source/mod.ts";
import type { DirectStores } from "../../artifacts/direct.ts";
import { listLocalArtifacts, type ModelFolder } from "../artifacts.ts";
import { MODELS } from "./layout.ts";
import { NotReadable, readMeta } from "./meta/read.ts";
import type { Meta } from "./meta/yaml.ts";
import { folderOf } from "./path.ts";

/**
 * Lists a run's artifacts, its logged models' included. A store that was copied names the folders that it had elsewhere: where these are
 * not here, what lies beside the run is meant.
 */
export function listRunArtifacts(
  experimentFolder: string,
  run: Run,
  ways: { readonly direct?: DirectStores; readonly signal?: AbortSignal } = {},
): Promise<ArtifactFile[]> {
  const uri = placeOf(run.artifactUri, join(experimentFolder, run.id, "artifacts"));
  return listLocalArtifacts(uri, { models: modelFolders(experimentFolder, run.modelIds), ...ways });
}

/** Lists the files of a logged model, whatever run it is of. */
export async function listModelArtifacts(
  experimentFolder: string,
  modelId: string,
  ways: { readonly direct?: DirectStores; readonly signal?: AbortSignal } = {},
): Promise<ArtifactFile[]> {
  const [model] = modelFolders(experimentFolder, [modelId]);
  return model === undefined ? [] : await listLocalArtifacts(model.uri, ways);
}

/** The folders of logged models, the newest first; those that were deleted since are left out. */
function modelFolders(experimentFolder: string, modelIds: readonly string[]): ModelFolder[] {
  const models = [...new Set(modelIds)].flatMap((modelId) => {
    const folder = join(experimentFolder, MODELS, modelId);
    const meta = readMetaOrNone(folder);
    if (meta === null || meta.text("lifecycle_stage") === "deleted") return [];
    const uri = placeOf(meta.text("artifact_location") ?? "", join(folder, "artifacts"));
    return [{ modelId, name: meta.text("name") ?? "", uri, created: Number(meta.integer("creation_timestamp") ?? 0) }];
  });
  return models.sort((a, b) => b.created - a.created);
}

function readMetaOrNone(folder: string): Meta | null {
  try {
    return readMeta(folder);
  } catch (error) {
    if (error instanceof NotReadable) return null;
    throw error;
  }
}

function placeOf(uri: string, beside: string): string {
  const isLocal = /^(?:file:|[a-z]:|[^:]*$)/i.test(uri);
  return isLocal && !existsSync(folderOf(uri)) && existsSync(beside) ? beside : uri;
}
