/**
 * The files of a run: its own ones, and those of the MLflow 3 logged models that it put out.
 * @module
 */
import { HttpError } from "../../../http/failure/errors.ts";
import type { ArtifactFile, Run } from "../../../source/mod.ts";
import { type ArtifactLocation, openArtifact } from "./open.ts";
import { TakenPaths } from "../../artifacts/taken_paths.ts";
import type { FolderQuery, MlflowClient } from "../endpoints/client.ts";
import { allPages } from "../paging/all_pages.ts";
import { retriesForFiles } from "../endpoints/retries.ts";
import type { ArtifactEntry, LoggedModel, Page } from "../endpoints/wire.ts";

/** Folders below folders, at most: a link that leads back to its own folder would go on for ever. */
const MAX_DEPTH = 64;

/** A logged model's files, and where they are. */
interface ModelListing extends LoggedModel {
  readonly modelId: string;
  readonly files: readonly ArtifactEntry[];
}

/**
 * Lists all files of a run. A logged model lies in a folder with the model's name, as MLflow's own `runs:/` paths have it
 * (mlflow 3.3.0, runs_artifact_repo.py); where that would hide a file of the run, or of a newer model of that name, its id is added.
 */
export async function listArtifacts(client: MlflowClient, run: Run): Promise<ArtifactFile[]> {
  const [own, ...models] = await Promise.all([
    listFolders((query) => client.runArtifacts({ ...query, runId: run.id })),
    ...[...new Set(run.modelIds)].map((modelId) => listModel(client, modelId)),
  ]);
  const toFile = (
    path: string,
    { file, location }: { file: ArtifactEntry; location: ArtifactLocation },
  ): ArtifactFile => ({
    path,
    size: file.size,
    open: (fromByte, signal) => openArtifact(client, { location, fromByte, signal }),
  });
  const files = own.map((file) =>
    toFile(file.path, { file, location: { kind: "run", runId: run.id, artifactUri: run.artifactUri, path: file.path } })
  );
  const taken = new TakenPaths(files);
  for (const { modelId, name, files: found } of models.toSorted((a, b) => b.created - a.created)) {
    const isFree = found.every((file) => taken.isFree(`${name}/${file.path}`));
    const added = found.map((file) =>
      toFile(`${isFree ? name : `${name}-${modelId}`}/${file.path}`, {
        file,
        location: { kind: "model", modelId, path: file.path },
      })
    );
    files.push(...added);
    taken.add(added);
  }
  return files;
}

async function listModel(client: MlflowClient, modelId: string): Promise<ModelListing> {
  try {
    const model = await client.loggedModel(modelId, { retries: retriesForFiles });
    return { ...model, modelId, files: await listFolders((query) => client.modelArtifacts({ ...query, modelId })) };
  } catch (error) {
    // A model that was deleted since the run is no longer one of the run's.
    if (!(error instanceof HttpError) || error.errorCode !== "RESOURCE_DOES_NOT_EXIST") throw error;
    return { modelId, name: "", created: 0, files: [] };
  }
}

/** Lists all files below a root, folders side by side, in the server's order. */
async function listFolders(ask: (query: FolderQuery) => Promise<Page<ArtifactEntry>>): Promise<ArtifactEntry[]> {
  const visited = new Set([""]);
  const list = async (path: string, depth: number): Promise<ArtifactEntry[]> => {
    const pages = allPages((token) => ask({ path, token, retries: retriesForFiles }), {
      what: `the artifacts in "${path}"`,
      idOf: (entry) => entry.path,
    });
    const nested: (ArtifactEntry | Promise<ArtifactEntry[]>)[] = [];
    for await (const entry of pages) {
      // Some stores list a folder as an entry of itself.
      if (entry.path === path || entry.path === "." || entry.path === "") continue;
      if (!entry.isFolder) nested.push(entry);
      else if (depth < MAX_DEPTH && !visited.has(entry.path)) {
        visited.add(entry.path);
        nested.push(list(entry.path, depth + 1));
      }
    }
    return (await Promise.all(nested)).flat();
  };
  return await list("", 0);
}
