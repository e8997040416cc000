/**
 * The experiments of a file store.
 * @module
 */
import { join } from "node:path";
import { AppError, messageOf } from "../../../errors.ts";
import { entriesOf, isFileError } from "../../../runtime/entries.ts";
import type { Experiment, Int64 } from "../../../source/mod.ts";
import { visible } from "../../../visible.ts";
import { MODELS, TRASH } from "./layout.ts";
import { patiently } from "./patience.ts";
import { NotReadable, readMeta } from "./meta/read.ts";
import type { Notes } from "./skipped.ts";
import { readTexts } from "./texts.ts";

/** An experiment, with what its place among the others is decided by. */
export interface StoredExperiment extends Experiment {
  /** When it was made, milliseconds since the epoch; null where MLflow 1.28 or before made it. */
  readonly created: Int64 | null;
}

/**
 * Lists the experiments as MLflow's server does: newest first; in the folder's own order where MLflow 1 alone has written the store. A
 * deleted one is one that lies in the trash.
 */
export async function listExperiments(
  root: string,
  { includeDeleted, notes }: { readonly includeDeleted: boolean; readonly notes: Notes },
): Promise<StoredExperiment[]> {
  const active = await experimentsBelow(root, { lifecycleStage: "active", notes });
  const deleted = includeDeleted ? await experimentsBelow(join(root, TRASH), { lifecycleStage: "deleted", notes }) : [];
  const all = [...active, ...deleted];
  return all.every(({ created }) => created === null) ? all : all.sort(newestFirst);
}

/** Whether MLflow 1.28 or before has written all there is: its server gives experiments and points as they lie. */
export function isOfMlflow1(root: string): boolean {
  return [root, join(root, TRASH)].every((parent) =>
    entriesOf(parent).filter(isCandidate).every(({ name }) => {
      try {
        return readMeta(join(parent, name)).integer("creation_time") === null;
      } catch (error) {
        if (error instanceof NotReadable) return true;
        throw error;
      }
    })
  );
}

function isCandidate({ kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return kind === "folder" && name !== TRASH && name !== MODELS;
}

async function experimentsBelow(
  parent: string,
  { lifecycleStage, notes }: { readonly lifecycleStage: string; readonly notes: Notes },
): Promise<StoredExperiment[]> {
  const found: StoredExperiment[] = [];
  for (const entry of entriesOf(parent)) {
    const folder = join(parent, entry.name);
    if (entry.kind !== "folder") notes.note(folder, "is not an experiment's folder");
    if (!isCandidate(entry)) continue;
    try {
      found.push(await patiently(folder, () => readExperiment(folder, entry.name, lifecycleStage)));
    } catch (error) {
      if (isFileError(error)) {
        throw new AppError(`Cannot read the experiment's folder ${visible(folder)}: ${messageOf(error)}`, {
          cause: error,
        });
      }
      if (!(error instanceof NotReadable)) throw error;
      notes.note(folder, error.message);
    }
  }
  return found;
}

function readExperiment(folder: string, id: string, lifecycleStage: string): StoredExperiment {
  const meta = readMeta(folder);
  const ownId = meta.text("experiment_id");
  const name = meta.text("name");
  if (ownId !== id) throw new NotReadable(`says that it is experiment ${ownId}`);
  if (name === null) throw new NotReadable("has no name");
  return {
    id,
    name,
    artifactLocation: meta.text("artifact_location") ?? "",
    lifecycleStage,
    tags: readTexts(join(folder, "tags")),
    created: meta.integer("creation_time"),
  };
}

function newestFirst(a: StoredExperiment, b: StoredExperiment): number {
  if (a.created !== null && b.created !== null && a.created != b.created) return a.created > b.created ? -1 : 1;
  if ((a.created === null) !== (b.created === null)) return a.created === null ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}
