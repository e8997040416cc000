/**
 * Artifacts of a store that is read directly: from local paths, and from where there is a way to past MLflow.
 * @module
 */
import type { ArtifactFile } from "../../source/mod.ts";
import type { DirectStores } from "../artifacts/direct.ts";
import { filesBelow, localPath } from "../artifacts/local.ts";
import { TakenPaths } from "../artifacts/taken_paths.ts";

/** Where the files of an MLflow 3 logged model are. */
export interface ModelFolder {
  readonly modelId: string;
  /** Its name, which others may have as well. */
  readonly name: string;
  /** Its artifact_location. */
  readonly uri: string;
}

/**
 * Lists the files below an artifact URI, and below those of the run's logged models, newest first, in a folder with the model's name
 * each. Rejects with an AppError, in one sentence, where they are in no reach.
 *
 * @param baseFolder What a relative path is relative to. @default {the working directory}
 */
export async function listLocalArtifacts(
  uri: string,
  { models = [], baseFolder = ".", direct, signal }: {
    readonly models?: readonly ModelFolder[];
    readonly baseFolder?: string;
    readonly direct?: DirectStores;
    readonly signal?: AbortSignal;
  } = {},
): Promise<ArtifactFile[]> {
  const filesAt = async (uri: string): Promise<ArtifactFile[]> =>
    await direct?.list(uri, signal) ?? await filesBelow(localPath(uri, baseFolder));
  const files = await filesAt(uri);
  const taken = new TakenPaths(files);
  for (const { modelId, name, uri } of models) {
    const found = await filesAt(uri);
    const isFree = found.every(({ path }) => taken.isFree(`${name}/${path}`));
    const added = found.map((file) => ({ ...file, path: `${isFree ? name : `${name}-${modelId}`}/${file.path}` }));
    files.push(...added);
    taken.add(added);
  }
  return files;
}
