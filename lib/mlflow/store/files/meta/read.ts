/**
 * A folder's meta.yaml, or why the folder is not what it was taken for.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMissing } from "../../../../runtime/entries.ts";
import { type Meta, MetaError, parseMeta } from "./yaml.ts";

/** The file that makes a folder an experiment, a run, a dataset, a registered model or one of its versions. */
export const META_FILE = "meta.yaml";

/** A folder that is not what it was taken for: the message ends the sentence that begins with its path. */
export class NotReadable extends Error {
  /** Whether it may look so only because it is being written. */
  readonly mayPass: boolean;

  /** Takes the end of the sentence. */
  constructor(reason: string, { mayPass = false }: { readonly mayPass?: boolean } = {}) {
    super(reason);
    this.mayPass = mayPass;
  }
}

/**
 * Reads a folder's meta.yaml.
 *
 * @throws {NotReadable} if there is none, or not what MLflow writes.
 */
export function readMeta(folder: string): Meta {
  return metaOf(readMetaText(folder));
}

/** Returns the text of a folder's meta.yaml; null where there is none. */
export function readMetaText(folder: string): string | null {
  try {
    return readFileSync(join(folder, META_FILE), "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Reads the text of a meta.yaml; null for none.
 *
 * @throws {NotReadable} if it is none, or not what MLflow writes.
 */
export function metaOf(text: string | null): Meta {
  if (text === null) throw new NotReadable(`has no ${META_FILE}`, { mayPass: true });
  try {
    const meta = parseMeta(text);
    if (meta === null) throw new NotReadable(`has an empty ${META_FILE}`, { mayPass: true });
    return meta;
  } catch (error) {
    if (!(error instanceof MetaError)) throw error;
    throw new NotReadable(`has a ${META_FILE} that cannot be read: ${error.message}`, { mayPass: true });
  }
}
