/**
 * Keys and values that are a file each: tags, params, metrics, aliases.
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { entriesOf } from "../../../runtime/entries.ts";

/** A key, and the file that holds its value. */
export interface KeyFile {
  /** The path below the folder, with "/" between parts: MLflow's keys may hold slashes. */
  readonly key: string;
  /** Where it lies. */
  readonly path: string;
}

/** Lists the keys below a folder, in MLflow's order: a folder's own files first, then those of its folders, links to folders not followed. */
export function keyFiles(folder: string, prefix = ""): KeyFile[] {
  const entries = entriesOf(folder);
  const files = entries.filter(({ kind }) => kind === "file")
    .map(({ name }) => ({ key: prefix + name, path: join(folder, name) }));
  const folders = entries.filter(({ kind, isLink }) => kind === "folder" && !isLink);
  if (folders.length === 0) return files;
  return [...files, ...folders.flatMap(({ name }) => keyFiles(join(folder, name), `${prefix}${name}/`))];
}

/** Reads the values of all keys below a folder: each file's whole text is one. Tells which files are empty, as they are while they are written. */
export function readTexts(folder: string, onEmpty: (path: string) => void = () => {}): Map<string, string> {
  return new Map(
    keyFiles(folder).map(({ key, path }) => {
      const text = readFileSync(path, "utf8");
      if (text === "") onEmpty(path);
      return [key, text];
    }),
  );
}
