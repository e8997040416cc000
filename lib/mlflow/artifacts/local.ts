/**
 * Artifacts on the disk of this machine: at local paths and file: URIs, and never outside of them.
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
import { credentialsFor } from "./advice.ts";

/** Folders below folders, at most: a link that leads back to its own folder would go on for ever. */
const MAX_DEPTH = 64;

/** Returns whether a URI names a path. */
export function isLocal(uri: string): boolean {
  return schemeOf(uri) === undefined || schemeOf(uri) === "file";
}

function schemeOf(uri: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):/i.exec(uri)?.[1]?.toLowerCase();
}

/** The path that an artifact URI names on this machine. Throws an AppError where it names none. */
export function localPath(uri: string, baseFolder: string): string {
  const scheme = schemeOf(uri);
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
  const credentials = credentialsFor(scheme);
  const reason = scheme === "mlflow-artifacts"
    ? "which an MLflow server keeps"
    : credentials === undefined
    ? "which is not read directly"
    : `which is read where there are credentials for it: set ${credentials}; or ask an MLflow server`;
  throw new AppError(
    `the artifacts are at ${visible(uri)}, ${reason}: name the server by --tracking-url, and this store by --store`,
  );
}

/** All files below a folder, by path; none where there is no such folder, as the server lists it. */
export async function filesBelow(folder: string): Promise<ArtifactFile[]> {
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
