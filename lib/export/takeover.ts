/**
 * What an export takes over from the one before it, instead of reading it again.
 * @module
 */
import type { PreviousFolder } from "../folder/previous.ts";
import type { TakenHistories } from "../rows/run.ts";
import type { Run } from "../source/mod.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** Decides for each run once, when it is listed; the decision is asked for again when its row is written. */
export class Takeover {
  readonly #previous: PreviousFolder;
  readonly #taken = new Map<string, TakenHistories>();

  /** Takes over from a finished folder. */
  constructor(previous: PreviousFolder) {
    this.#previous = previous;
  }

  /** Whether a run that was listed is as it was: its histories need not be read. */
  takes(run: Run): boolean {
    const kept = this.#previous.histories(run.id);
    if (kept === null || kept.fingerprint !== fingerprintOf(run)) return false;
    const { points, nonFinite } = kept;
    this.#taken.set(run.id, { part: this.#previous.part(kept), points, nonFinite });
    return true;
  }

  /** The histories of a run that {@linkcode Takeover.takes} took, once; undefined for the others. */
  histories(run: Run): TakenHistories | undefined {
    const taken = this.#taken.get(run.id);
    this.#taken.delete(run.id);
    return taken;
  }
}
