/**
 * The files of a run: its own ones, and those of the MLflow 3 logged models that it put out.
 * @module
 */
import { endsEverything } from "../../../errors.ts";
import { linkSignals } from "../../../http/deadline.ts";
import { HttpError } from "../../../http/failure/errors.ts";
import type { Logger } from "../../../logger.ts";
import type { ArtifactFile, Run } from "../../../source/mod.ts";
import type { DirectStores } from "../../artifacts/direct.ts";
import { TakenPaths } from "../../artifacts/taken_paths.ts";
import type { FolderQuery, MlflowClient } from "../endpoints/client.ts";
import { retriesForFiles } from "../endpoints/retries.ts";
import type { ArtifactEntry, ArtifactPage, LoggedModel } from "../endpoints/wire.ts";
import { allPages } from "../paging/all_pages.ts";
import type { ArtifactOpener } from "./open.ts";
import type { ArtifactLocation } from "./ways.ts";

/** Folders below folders, at most: a link that leads back to its own folder would go on for ever. */
const MAX_DEPTH = 64;

/** The server that is asked. */
export interface ArtifactServer {
  /** Its endpoints. */
  readonly client: MlflowClient;
  /** The way to the bytes. */
  readonly opener: ArtifactOpener;
  /** Ways past the server. @default {none} */
  readonly direct?: DirectStores;
  /** Told of runs whose files are missing. */
  readonly logger: Logger;
  /** Ends the listing. */
  readonly signal?: AbortSignal;
}

interface FolderListing {
  readonly rootUri: string;
  readonly entries: readonly ArtifactEntry[];
}

interface ModelListing extends LoggedModel {
  readonly modelId: string;
  /** Paths are below the model's own folder. */
  readonly files: readonly ArtifactFile[];
}

/**
 * Lists all files of a run. A logged model lies in a folder with the model's name, as MLflow's own `runs:/` paths have it
 * (mlflow 3.3.0, runs_artifact_repo.py); where that would hide a file of the run, or of a newer model of that name, its id is added.
 */
export async function listArtifacts(run: Run, server: ArtifactServer): Promise<ArtifactFile[]> {
  const [own, models] = await listBoth(run, server);
  const files = [...own];
  const taken = new TakenPaths(files);
  for (const { modelId, name, files: found } of models.toSorted((a, b) => b.created - a.created)) {
    const isFree = found.every((file) => taken.isFree(`${name}/${file.path}`));
    const added = found.map((file) => ({ ...file, path: `${isFree ? name : `${name}-${modelId}`}/${file.path}` }));
    files.push(...added);
    taken.add(added);
  }
  return files;
}

/** The run's own files and its models' beside each other: when one fails, the other is ended before that is told. */
async function listBoth(run: Run, server: ArtifactServer): Promise<[own: ArtifactFile[], models: ModelListing[]]> {
  const failed = new AbortController();
  const { signal, unlink } = linkSignals([server.signal, failed.signal]);
  const listings = [listOwn(run, { ...server, signal }), listModels(run, { ...server, signal })] as const;
  try {
    return await Promise.all(listings);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(listings);
    throw error;
  } finally {
    unlink();
  }
}

async function listOwn(run: Run, { client, opener, direct, signal }: ArtifactServer): Promise<ArtifactFile[]> {
  const found = await direct?.list(run.artifactUri, signal);
  if (found) return found;
  const { rootUri, entries } = await listFolders((query) => client.runArtifacts({ ...query, runId: run.id, signal }))
    .catch((error) => {
      throw direct?.missed(run.artifactUri, error) ?? error;
    });
  if (entries.length === 0) return await direct?.listHere(run) ?? [];
  // The run's own URI may have been blackened since the server told it.
  return entries.map((entry) =>
    toFile(entry, { owner: "run", id: run.id, rootUri: rootUri || run.artifactUri }, opener)
  );
}

async function listModels(run: Run, server: ArtifactServer): Promise<ModelListing[]> {
  const { client, logger, signal } = server;
  const isHidden = run.modelIds.length === 0 && client.dialect.hidesOutputs;
  try {
    const ids = isHidden ? await client.modelIds(run.id, { retries: retriesForFiles, signal }) : run.modelIds;
    const models = await Promise.all([...new Set(ids)].map((modelId) => listModel(modelId, server)));
    if (isHidden && models.length > 0 && models.every(({ files }) => files.length === 0)) {
      logger.warn(`Artifacts of run ${run.id}: it logged a model, and that lists no file`);
    }
    return models;
  } catch (error) {
    return [failedListing("models", error)];
  }
}

/** Lists the files of a logged model, whatever run it is of. Rejects where they cannot be listed. */
export async function listModelFiles(modelId: string, server: ArtifactServer): Promise<readonly ArtifactFile[]> {
  return (await askModel(modelId, server)).files;
}

async function askModel(modelId: string, { client, opener, direct, signal }: ArtifactServer): Promise<ModelListing> {
  const model = await client.loggedModel(modelId, { retries: retriesForFiles, signal });
  const files = await direct?.list(model.artifactUri, signal);
  if (files) return { ...model, modelId, files };
  const { rootUri, entries } = await listFolders((query) => client.modelArtifacts({ ...query, modelId, signal }));
  const owner = { owner: "model", id: modelId, rootUri } as const;
  return { ...model, modelId, files: entries.map((entry) => toFile(entry, owner, opener)) };
}

async function listModel(modelId: string, server: ArtifactServer): Promise<ModelListing> {
  try {
    return await askModel(modelId, server);
  } catch (error) {
    // A model that was deleted since the run is no longer one of the run's.
    const isGone = error instanceof HttpError && error.errorCode === "RESOURCE_DOES_NOT_EXIST";
    return isGone ? { ...NAMELESS, modelId, name: modelId, files: [] } : failedListing(modelId, error);
  }
}

const NAMELESS = { created: 0, artifactUri: "" } as const;

/** What cannot be listed is told as a file that fails: the run's other files are fetched all the same. Throws what ends everything. */
function failedListing(modelId: string, error: unknown): ModelListing {
  if (endsEverything(error)) throw error;
  const file: ArtifactFile = { path: "listing", size: null, open: () => Promise.reject(error) };
  return { ...NAMELESS, modelId, name: modelId, files: [file] };
}

function toFile(
  { path, size }: ArtifactEntry,
  owner: Omit<ArtifactLocation, "path" | "size">,
  opener: ArtifactOpener,
): ArtifactFile {
  return { path, size, open: (fromByte, signal) => opener.open({ ...owner, path, size }, { fromByte, signal }) };
}

/** Lists all files below a root, folders side by side, in the server's order. */
async function listFolders(ask: (query: FolderQuery) => Promise<ArtifactPage>): Promise<FolderListing> {
  const visited = new Set([""]);
  let rootUri = "";
  const askPage = async (query: FolderQuery): Promise<ArtifactPage> => {
    const page = await ask(query);
    rootUri = page.rootUri;
    return page;
  };
  const list = async (path: string, depth: number): Promise<ArtifactEntry[]> => {
    const pages = allPages((token) => askPage({ path, token, retries: retriesForFiles }), {
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
  const entries = await list("", 0);
  return { rootUri, entries };
}
