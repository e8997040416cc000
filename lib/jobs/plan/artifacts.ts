/**
 * What artifacts will take, from those of some runs: they are listed, and the first bytes of a few are fetched.
 * @module
 */
import { endsEverything } from "../../errors.ts";
import type { ArtifactFile, Run, Source } from "../../source/mod.ts";

/** Files whose first bytes are fetched. */
const TRIED_FILES = 5;

/** Of each of them, at most. */
const TRIED_BYTES = 1 << 20;

/** Files that are fetched side by side by an export, about. */
const AT_ONCE = 8;

/** What our own work takes for a file, in milliseconds: its folder, its hash, its line. */
const OWN_MS_A_FILE = 2;

/** What so many runs take. */
export interface ArtifactEstimate {
  readonly files: number;
  readonly bytes: number;
  readonly calls: number;
  readonly ms: number;
}

/** Asks about the artifacts of some runs, of `runs` in all. A run whose artifacts cannot be listed counts as one without. */
export async function estimateArtifacts(
  source: Source,
  some: readonly Run[],
  { runs, signal }: { readonly runs: number; readonly signal?: AbortSignal },
): Promise<ArtifactEstimate> {
  const [startMs, callsBefore] = [performance.now(), source.calls];
  const found: ArtifactFile[] = [];
  for (const run of some) {
    const files = await source.artifacts(run, signal).catch((error) => {
      if (endsEverything(error)) throw error;
      return [];
    });
    found.push(...files);
  }
  const listingMs = performance.now() - startMs;
  const listingCalls = source.calls - callsBefore;
  const tried = await tryFiles(found.slice(0, TRIED_FILES), signal);
  const share = some.length === 0 ? 0 : runs / some.length;
  const files = Math.round(found.length * share);
  const bytes = Math.round(found.reduce((sum, { size }) => sum + (size ?? tried.bytesAFile), 0) * share);
  const msAFile = Math.max(tried.msAFile, tried.msAByte * bytes / Math.max(1, files));
  return {
    files,
    bytes,
    calls: Math.round((listingCalls + tried.callsAFile * found.length) * share),
    ms: (listingMs * share + msAFile * files) / AT_ONCE + OWN_MS_A_FILE * files,
  };

  async function tryFiles(
    files: readonly ArtifactFile[],
    signal: AbortSignal | undefined,
  ): Promise<{ msAFile: number; msAByte: number; bytesAFile: number; callsAFile: number }> {
    const [startMs, before] = [performance.now(), source.calls];
    let [bytes, count] = [0, 0];
    for (const file of files) {
      try {
        bytes += await readBeginning(file, signal);
        count++;
      } catch (error) {
        if (endsEverything(error)) throw error;
      }
    }
    const ms = performance.now() - startMs;
    const each = (whole: number, parts: number): number => parts === 0 ? 0 : whole / parts;
    return {
      msAFile: each(ms, count),
      msAByte: each(ms, bytes),
      bytesAFile: each(bytes, count),
      callsAFile: each(source.calls - before, count),
    };
  }
}

/** Resolves with how many bytes there were, up to {@linkcode TRIED_BYTES}. */
export async function readBeginning(file: ArtifactFile, signal: AbortSignal | undefined): Promise<number> {
  const { stream } = await file.open(0, signal);
  let bytes = 0;
  // Leaving the loop cancels the stream.
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes >= TRIED_BYTES) break;
  }
  return bytes;
}
