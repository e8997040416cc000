/**
 * What an export takes over from the one before it, instead of reading it again.
 * @module
 */
import { constants } from "node:fs";
import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { isDiskFull } from "../errors.ts";
import { LAYOUT } from "../folder/layout.ts";
import type { PreviousFolder } from "../folder/previous.ts";
import type { TakenHistories } from "../rows/run.ts";
import type { Run } from "../source/mod.ts";
import type { ArtifactOutcome } from "./artifacts/manifest.ts";
import { writeError } from "../runtime/write_error.ts";
import { unsafeNameReason, unsafePathReason } from "./artifacts/path.ts";
import { hasLoggedModel } from "./artifacts/fetch.ts";
import { fingerprintOf } from "./state/fingerprint.ts";

/** The histories of a run that is as it was. */
export interface TakenRun extends TakenHistories {
  /** What tells that it is. */
  readonly fingerprint: string;
}

/** Decides for each run once, when it is listed; the decision is asked for again when its row is written. */
export class Takeover {
  readonly #previous: PreviousFolder;
  readonly #taken = new Map<string, TakenRun>();

  /** Takes over from a finished folder. */
  constructor(previous: PreviousFolder) {
    this.#previous = previous;
  }

  /** Whether a run that was listed is as it was: its histories need not be read. */
  takes(run: Run): boolean {
    const kept = this.#previous.histories(run.id);
    if (kept === null || kept.fingerprint !== fingerprintOf(run)) return false;
    const { points, nonFinite, fingerprint } = kept;
    this.#taken.set(run.id, { part: this.#previous.part(kept), points, nonFinite, fingerprint });
    return true;
  }

  /**
   * Puts the artifacts of a run that {@linkcode Takeover.takes} took into the new folder: as links, or copies where the disk knows none. Null where
   * they are to be fetched.
   */
  async artifacts(run: Run, artifactsFolder: string): Promise<ArtifactOutcome | null> {
    const files = this.#taken.has(run.id) ? this.#previous.artifacts(run.id) : null;
    if (files === null || unsafeNameReason(run.id, process.platform) !== null) return null;
    const from = join(this.#previous.path, LAYOUT.artifacts, run.id);
    const folder = join(artifactsFolder, run.id);
    try {
      await mkdir(folder, { recursive: true });
      for (const file of files) {
        const { path } = file;
        // The list lies on a disk where anyone may have changed it.
        if (unsafePathReason(path, process.platform) !== null) return null;
        const [source, target] = [from, folder].map((base) => join(base, ...path.split("/"))) as [string, string];
        if (!await this.#previous.holds(source, file)) return null;
        await mkdir(dirname(target), { recursive: true });
        await rm(target, { force: true });
        await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
      }
    } catch (error) {
      if (isDiskFull(error)) throw writeError(folder, error);
      return null;
    }
    const lacksModel = files.length === 0 && hasLoggedModel(run);
    return { runId: run.id, folder, files, failures: [], failureStatus: null, lacksModel };
  }

  /** The histories of a run that {@linkcode Takeover.takes} took, once; undefined for the others. */
  histories(run: Run): TakenRun | undefined {
    const taken = this.#taken.get(run.id);
    this.#taken.delete(run.id);
    return taken;
  }
}
