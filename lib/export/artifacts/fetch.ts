/**
 * Fetches the artifacts of one run into the export folder.
 * @module
 */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import process from "node:process";
import pMap from "p-map";
import { AppError, endsEverything, isDiskFull, messageOf, statusOf, UnreachableError } from "../../errors.ts";
import { inspectFile } from "../../folder/inspect.ts";
import type { Progress } from "../../logger.ts";
import { writeError } from "../../runtime/write_error.ts";
import type { ArtifactFile, Run, Source } from "../../source/mod.ts";
import { unsafeNameReason, unsafePathReason } from "./path.ts";
import type { ArtifactOutcome, FetchedFile } from "./manifest.ts";

/** Files of one run that are fetched side by side; the source bounds the calls of all runs together. */
const FILES_AT_ONCE = 4;

/** How often the bytes of one file are asked for when they break off or are too few: each time from where they ended. */
const ATTEMPTS_AT_BYTES = 5;

/** Where and how {@linkcode downloadArtifacts} writes. */
export interface DownloadOptions {
  /** The export's artifacts folder; the run's own is made below it. */
  readonly artifactsFolder: string;
  /** Ends the download when it is aborted. */
  readonly signal?: AbortSignal;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
  /** Told of what comes. */
  readonly progress: Progress;
}

/** Lists a run's artifacts, then fetches those that are not there whole, as {@linkcode downloadListed} does. */
export async function downloadArtifacts(source: Source, run: Run, options: DownloadOptions): Promise<ArtifactOutcome> {
  const list = (): Promise<readonly ArtifactFile[]> => source.artifacts(run, options.signal);
  const outcome = await downloadListed(run.id, { list, what: "the run's id" }, options);
  const isEmpty = outcome.files.length + outcome.failures.length === 0;
  return { ...outcome, runId: run.id, lacksModel: isEmpty && hasLoggedModel(run) };
}

/**
 * Fetches the files of a listing that are not there whole, into a folder of that name. A file that fails is recorded with its reason and the
 * others go on; what ends the whole export rejects (`endsEverything`), and what was fetched by then is gone on with the next time.
 *
 * @param listing.what What the name is, for the message that refuses it.
 */
export async function downloadListed(
  name: string,
  { list, what }: { readonly list: () => Promise<readonly ArtifactFile[]>; readonly what: string },
  options: DownloadOptions,
): Promise<Omit<ArtifactOutcome, "runId" | "lacksModel">> {
  const { artifactsFolder, signal, progress, redact = (text) => text } = options;
  const folder = join(artifactsFolder, name);
  const beginnings = join(beginningsFolder(artifactsFolder), hashOf(name));
  const files: FetchedFile[] = [];
  const failures: string[] = [];
  const statuses: (number | null)[] = [];
  try {
    const unsafe = unsafeNameReason(name, process.platform);
    if (unsafe !== null) throw new AppError(`${unsafe}, ${what}`);
    const listed = await list();
    await mkdir(folder, { recursive: true });
    for (const result of await fetchFiles(listed, { folder, beginnings, progress, signal })) {
      if ("sha256" in result) files.push(result);
      else {
        failures.push(result.words);
        statuses.push(result.status);
      }
    }
    if (failures.length > 0) failures.unshift(`${failures.length} of ${listed.length} files failed`);
    // What failed for good is no beginning of anything.
    await rm(beginnings, { recursive: true, force: true });
  } catch (error) {
    if (signal?.aborted || endsEverything(error)) {
      throw isDiskFull(error) && !(error instanceof AppError) ? writeError(folder, error) : error;
    }
    failures.push(messageOf(error));
    statuses.push(statusOf(error));
  }
  return { folder, files, failures: failures.map(redact), failureStatus: statuses[0] ?? null };
}

/** A file that could not be fetched. */
interface FailedFile {
  readonly words: string;
  readonly status: number | null;
}

/** Fetches files side by side. Resolves with each file, or why it failed; rejects with what ends the export, when no file is in work any more. */
async function fetchFiles(
  listed: readonly ArtifactFile[],
  { signal, ...where }: FetchOptions,
): Promise<(FetchedFile | FailedFile)[]> {
  const end = new AbortController();
  const stop = (): void => end.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  const results = await pMap(listed, async (file) => {
    try {
      end.signal.throwIfAborted();
      return await fetchFile(file, { ...where, signal: end.signal });
    } catch (error) {
      if (endsEverything(error)) end.abort(error);
      return { words: `${file.path}: ${messageOf(error)}`, status: statusOf(error) };
    }
  }, { concurrency: FILES_AT_ONCE });
  signal?.removeEventListener("abort", stop);
  end.signal.throwIfAborted();
  return results;
}

/** Where files lie until they are whole, below the artifacts folder: by hashes, so that no artifact can have such a name. */
export function beginningsFolder(artifactsFolder: string): string {
  return join(artifactsFolder, ".part");
}

interface FetchOptions {
  /** The run's folder. */
  readonly folder: string;
  /** Where its files lie until they are whole. */
  readonly beginnings: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

async function fetchFile(
  file: ArtifactFile,
  { folder, beginnings, progress, signal }: FetchOptions,
): Promise<FetchedFile> {
  const unsafe = unsafePathReason(file.path, process.platform);
  if (unsafe !== null) throw new AppError(unsafe);
  const target = join(folder, ...file.path.split("/"));
  const there = await sizeOf(target);
  if (there === null || file.size !== null && there !== file.size) {
    const temporary = join(
      beginnings,
      hashOf(file.version === undefined ? file.path : `${file.path}\n${file.version}`),
    );
    await mkdir(beginnings, { recursive: true });
    for (let attempt = 1;; attempt++) {
      const breach = await fetchBytes(file, temporary, { progress, signal });
      if (breach === null) break;
      if (signal?.aborted) throw breach;
      if (attempt < ATTEMPTS_AT_BYTES) continue;
      // Each attempt was answered: the server is there, and cannot send this file.
      throw breach instanceof UnreachableError ? new AppError(breach.message, { cause: breach }) : breach;
    }
    await mkdir(dirname(target), { recursive: true });
    await rename(temporary, target);
    progress.count("artifactFiles");
  }
  const { bytes, sha256 } = await inspectFile(target);
  return { path: file.path, bytes, sha256 };
}

/** Fetches what is still missing of a file. Returns why it is not whole after that, null where it is. */
async function fetchBytes(
  file: ArtifactFile,
  temporary: string,
  { progress, signal }: Pick<FetchOptions, "progress" | "signal">,
): Promise<AppError | null> {
  const already = (await sizeOf(temporary)) ?? 0;
  // A temporary file that is not shorter than the whole is not the beginning of it.
  const from = file.size !== null && already < file.size ? already : 0;
  const body = await file.open(from, signal);
  const target = createWriteStream(temporary, { flags: body.fromByte > 0 ? "r+" : "w", start: body.fromByte });
  try {
    const source = Readable.fromWeb(body.stream as import("node:stream/web").ReadableStream);
    await pipeline(source, (chunks) => counted(chunks, progress), target, { signal });
  } catch (error) {
    if (error instanceof UnreachableError) return error;
    throw error;
  }
  const size = (await sizeOf(temporary)) ?? 0;
  const came = size - body.fromByte;
  if (body.length !== null && came !== body.length) {
    return new AppError(`the server announced ${body.length} bytes, ${came} came`);
  }
  if (file.size === null || size === file.size) return null;
  return new AppError(`the server's listing says ${file.size} bytes, ${size} came`);
}

async function* counted(chunks: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    progress.count("artifactBytes", chunk.length);
    yield chunk;
  }
}

function sizeOf(path: string): Promise<number | null> {
  return stat(path).then((info) => (info.isFile() ? info.size : null), () => null);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Whether a run logged a model: MLflow 3 tells the models that it put out; before, a tag of the run does. */
export function hasLoggedModel({ modelIds, tags }: Run): boolean {
  return modelIds.length > 0 || tags.has("mlflow.log-model.history");
}
