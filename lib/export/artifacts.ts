/**
 * Fetches the artifacts of one run into the export folder.
 * @module
 */
import { createWriteStream } from "node:fs";
import { mkdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import process from "node:process";
import pMap from "p-map";
import { AppError, messageOf, RefusedError, UnreachableError } from "../errors.ts";
import { writeError } from "../runtime/write_error.ts";
import { pythonJson } from "../json/python.ts";
import type { ArtifactFile, Run, Source } from "../source/mod.ts";
import { unsafePathReason } from "./artifact_path.ts";

/** Files of one run that are fetched side by side; the source bounds the calls of all runs together. */
const FILES_AT_ONCE = 4;

/** How often the bytes of one file are asked for when they break off or are too few: each time from where they ended. */
const ATTEMPTS_AT_BYTES = 5;

/** What became of one run's artifacts. */
export interface ArtifactOutcome {
  /** The run's entry of artifacts_manifest.json: JSON text, indented as the file has it. */
  readonly manifestEntry: string;
  /** One line a file (or listing) that failed. */
  readonly failures: readonly string[];
}

/** Where and how {@linkcode downloadArtifacts} writes. */
export interface DownloadOptions {
  /** The export's artifacts folder; the run's own is made below it. */
  readonly artifactsFolder: string;
  /** Ends the download when it is aborted. */
  readonly signal?: AbortSignal;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
}

/**
 * Lists a run's artifacts, then fetches those that are not there whole. A file that fails is recorded with its reason and the others
 * go on; only an interruption, a full disk, or a server that is gone or refuses us rejects.
 */
export async function downloadArtifacts(
  source: Source,
  run: Run,
  options: DownloadOptions,
): Promise<ArtifactOutcome> {
  const folder = join(options.artifactsFolder, run.id);
  const failures: string[] = [];
  try {
    const files = await source.artifacts(run);
    await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(writeError(folder, error)));
    await pMap(files, async (file) => {
      const reason = await fetchFile(file, folder, options.signal).then(() => null, reasonOf(options.signal));
      if (reason !== null) failures.push(`${file.path}: ${reason}`);
    }, { concurrency: FILES_AT_ONCE });
    if (failures.length > 0) failures.unshift(`${failures.length} of ${files.length} files failed`);
  } catch (error) {
    failures.push(reasonOf(options.signal)(error));
  }
  const entry = failures.length === 0
    ? { run_id: run.id, artifacts_path: folder }
    : { run_id: run.id, artifacts_error: options.redact?.(failures.join("; ")) ?? failures.join("; ") };
  return { manifestEntry: pythonJson([entry], 2).slice("[\n".length, -"\n]".length), failures };
}

async function fetchFile(file: ArtifactFile, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const unsafe = unsafePathReason(file.path, process.platform);
  if (unsafe !== null) throw new AppError(unsafe);
  const target = join(folder, ...file.path.split("/"));
  const whole = await sizeOf(target);
  if (whole !== null && (file.size === null || whole === file.size)) return;
  const temporary = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  for (let attempt = 1;; attempt++) {
    const breach = await fetchBytes(file, temporary, signal);
    if (breach === null) break;
    if (attempt === ATTEMPTS_AT_BYTES || signal?.aborted) throw breach;
  }
  await rename(temporary, target);
}

/** Fetches what is still missing of a file. Returns why it is not whole after that, null where it is. */
async function fetchBytes(
  file: ArtifactFile,
  temporary: string,
  signal: AbortSignal | undefined,
): Promise<AppError | null> {
  const already = (await sizeOf(temporary)) ?? 0;
  // A temporary file that is not shorter than the whole is not the beginning of it.
  const from = file.size !== null && already < file.size ? already : 0;
  const body = await file.open(from, signal);
  const target = createWriteStream(temporary, { flags: body.fromByte > 0 ? "r+" : "w", start: body.fromByte });
  try {
    await pipeline(Readable.fromWeb(body.stream as import("node:stream/web").ReadableStream), target);
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

function sizeOf(path: string): Promise<number | null> {
  return stat(path).then((info) => (info.isFile() ? info.size : null), () => null);
}

// What ends the export rather than one file: nothing after it could succeed.
function reasonOf(signal: AbortSignal | undefined): (error: unknown) => string {
  return (error) => {
    if (signal?.aborted || error instanceof UnreachableError || error instanceof RefusedError && isLogin(error)) {
      throw error;
    }
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOSPC" || code === "EDQUOT") throw writeError("artifacts", error);
    return messageOf(error);
  };
}

function isLogin(error: RefusedError): boolean {
  return error.message.includes("401");
}
