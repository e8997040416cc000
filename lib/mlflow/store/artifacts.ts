/**
 * Artifacts of a store that is read directly: from local paths and file: URIs, and from nowhere else.
 * @module
 */
import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { AppError, messageOf } from "../../errors.ts";
import type { ArtifactBody, ArtifactFile } from "../../source/mod.ts";
import { visible } from "../../visible.ts";
import { TakenPaths } from "../artifacts/taken_paths.ts";

/** Folders below folders, at most: a link that leads back to its own folder would go on for ever. */
const MAX_DEPTH = 64;

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
 * each. Rejects with an AppError, in one sentence, where they are neither local nor in reach.
 *
 * @param baseFolder What a relative path is relative to. @default {the working directory}
 */
export async function listLocalArtifacts(
  uri: string,
  { models = [], baseFolder = "." }: { readonly models?: readonly ModelFolder[]; readonly baseFolder?: string } = {},
): Promise<ArtifactFile[]> {
  const files = await filesBelow(localPath(uri, baseFolder));
  const taken = new TakenPaths(files);
  for (const { modelId, name, uri } of models) {
    const found = await filesBelow(localPath(uri, baseFolder));
    const isFree = found.every(({ path }) => taken.isFree(`${name}/${path}`));
    const added = found.map((file) => ({ ...file, path: `${isFree ? name : `${name}-${modelId}`}/${file.path}` }));
    files.push(...added);
    taken.add(added);
  }
  return files;
}

/** The path that an artifact URI names on this machine. Throws an AppError where it names none. */
function localPath(uri: string, baseFolder: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return resolve(baseFolder, uri);
  if (scheme === "file") {
    // file:mlruns/0 is relative, as MLflow writes it.
    if (!/^file:\//i.test(uri)) return resolve(baseFolder, decodeURIComponent(uri.slice("file:".length)));
    try {
      return fileURLToPath(uri);
    } catch (cause) {
      throw new AppError(`the artifacts are at ${visible(uri)}, which is no path here: ${messageOf(cause)}`, { cause });
    }
  }
  const advice = scheme === "mlflow-artifacts"
    ? "which an MLflow server keeps: name it by --tracking-url, and this store by --store"
    : "which is not read directly: name an MLflow server by --tracking-url, and this store by --store";
  throw new AppError(`the artifacts are at ${visible(uri)}, ${advice}`);
}

/** All files below a folder, by path; none where there is no such folder, as the server lists it. */
async function filesBelow(folder: string): Promise<ArtifactFile[]> {
  const root = await realpath(folder).catch(() => null);
  if (root === null) return [];
  const files: ArtifactFile[] = [];
  async function list(path: string, depth: number): Promise<void> {
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
      const place = join(path, entry.name);
      const real = await realpath(place).catch(() => null);
      const info = real === null ? null : await stat(real);
      const name = relative(root as string, place).split(sep).join("/");
      const isInside = real === root || real?.startsWith(root + sep) === true;
      if (info?.isDirectory() && isInside) {
        if (depth < MAX_DEPTH) await list(place, depth + 1);
      } else if (!isInside) files.push(refused(name));
      else if (info?.isFile()) files.push(localFile(name, real as string, info.size));
    }
  }
  if ((await stat(root)).isDirectory()) await list(root, 0);
  return files;
}

function localFile(path: string, place: string, size: number): ArtifactFile {
  return {
    path,
    size,
    open: (fromByte, signal): Promise<ArtifactBody> => {
      const stream = Readable.toWeb(createReadStream(place, { start: fromByte, signal }));
      return Promise.resolve({ fromByte, length: size - fromByte, stream: stream as ReadableStream<Uint8Array> });
    },
  };
}

function refused(path: string): ArtifactFile {
  return {
    path,
    size: null,
    open: () => Promise.reject(new AppError("refused: a link that leads nowhere, or out of the run's artifacts")),
  };
}
