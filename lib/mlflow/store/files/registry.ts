/**
 * The model registry of a file store (MLflow 2 and later).
 * @module
 */
import { Buffer } from "node:buffer";
import { basename, join } from "node:path";
import { entriesOf } from "../../../runtime/entries.ts";
import type { ModelVersion, RegisteredModel } from "../../../source/mod.ts";
import { isPrompt } from "../../extras/prompts.ts";
import { MODELS } from "./layout.ts";
import { NotReadable, readMeta } from "./meta/read.ts";
import type { Notes } from "./skipped.ts";
import { readTexts } from "./texts.ts";

const VERSION_PREFIX = "version-";
/** The stage that a deleted version stays in. */
const DELETED = "Deleted_Internal";

/** Reads every registered model with its versions, by name: prompts, which MLflow hides, or all others. */
export function readRegistry(
  root: string,
  notes: Notes,
  { prompts }: { readonly prompts: boolean },
): RegisteredModel[] {
  const models = foldersBelow(join(root, MODELS)).flatMap((folder) =>
    readable(folder, notes, () => readModel(folder, notes))
  );
  return models.filter(({ tags }) => isPrompt(tags) === prompts)
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

function readModel(folder: string, notes: Notes): RegisteredModel {
  const meta = readMeta(folder);
  const name = meta.text("name");
  if (name === null) throw new NotReadable("has no name");
  const aliases = [...readTexts(join(folder, "aliases"))];
  const versions = foldersBelow(folder).filter((path) => basename(path).startsWith(VERSION_PREFIX))
    .flatMap((path) => readable(path, notes, () => readVersion(path, aliases)))
    .filter(({ currentStage }) => currentStage !== DELETED);
  return {
    name,
    description: meta.text("description") ?? "",
    tags: readTexts(join(folder, "tags")),
    created: meta.integer("creation_timestamp") ?? 0,
    lastUpdated: meta.integer("last_updated_timestamp") ?? 0,
    versions: versions.sort((a, b) => Number(b.version) - Number(a.version)),
  };
}

function readVersion(folder: string, aliases: readonly (readonly [alias: string, version: string])[]): ModelVersion {
  const meta = readMeta(folder);
  const version = meta.text("version");
  if (version === null) throw new NotReadable("has no version");
  return {
    version,
    currentStage: meta.text("current_stage") ?? "",
    status: meta.text("status") ?? "READY",
    runId: meta.text("run_id"),
    source: meta.text("source") ?? "",
    description: meta.text("description"),
    created: meta.integer("creation_timestamp") ?? 0,
    lastUpdated: meta.integer("last_updated_timestamp") ?? 0,
    tags: readTexts(join(folder, "tags")),
    aliases: aliases.filter(([, of]) => of === version).map(([alias]) => alias),
  };
}

function readable<T>(folder: string, notes: Notes, read: () => T): T[] {
  try {
    return [read()];
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
    notes.note(folder, error.message);
    return [];
  }
}

function foldersBelow(folder: string): string[] {
  return entriesOf(folder).filter(({ kind }) => kind === "folder").map(({ name }) => join(folder, name));
}
