/**
 * The runs of one experiment in order, each read when it is asked for.
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { entriesOf } from "../../../runtime/entries.ts";
import type { Int64 } from "../../../source/mod.ts";
import { TRASH } from "./layout.ts";
import { patiently } from "./patience.ts";
import { NotReadable, readMetaText } from "./meta/read.ts";
import { readRunMeta, type RunMeta } from "./meta/run.ts";
import type { Notes } from "./skipped.ts";

/** What an experiment's folder holds besides runs, and its own meta.yaml. */
const OTHERS = new Set(["tags", "datasets", "traces", "models", "meta.yaml"]);

/** A run that was listed: little, for there may be a hundred thousand. */
export interface ListedRun {
  /** Its id, and its folder's name. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startTime: Int64;
}

/** How {@linkcode listRuns} lists. */
export interface RunListOptions {
  readonly experimentId: string;
  /** Which ones. */
  readonly isWanted: (meta: RunMeta) => boolean;
  /** Told of what is no run. */
  readonly notes: Notes;
  /** Called now and then: gives way to other work, and ends the listing by throwing. */
  readonly breathe: () => Promise<void>;
}

/** Returns where an experiment lies: among the others or in the trash. */
export function experimentFolder(root: string, id: string): string {
  const active = join(root, id);
  const deleted = join(root, TRASH, id);
  return !existsSync(active) && existsSync(deleted) ? deleted : active;
}

/** Lists an experiment's runs, newest first, then by id. */
export async function listRuns(folder: string, options: RunListOptions): Promise<ListedRun[]> {
  const { experimentId, isWanted, notes, breathe } = options;
  const found: ListedRun[] = [];
  for (const { name, kind } of entriesOf(folder)) {
    if (OTHERS.has(name)) continue;
    const path = join(folder, name);
    await breathe();
    try {
      if (kind !== "folder") throw new NotReadable("is not a run's folder");
      const meta = await patiently(path, () => readRunMeta(path, readMetaText(path), experimentId));
      if (isWanted(meta)) found.push({ id: meta.id, startTime: meta.startTime });
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error;
      notes.note(path, error.message);
    }
  }
  return found.sort((a, b) => {
    if (a.startTime != b.startTime) return a.startTime > b.startTime ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
}
