/**
 * Where the files of logged models may lie among those of a run.
 * @module
 */
import type { ArtifactFile } from "../../source/mod.ts";

/** Paths that are files already, and those that are folders because of them. */
export class TakenPaths {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** Takes the paths of files that are there. */
  constructor(files: readonly ArtifactFile[]) {
    this.add(files);
  }

  /** Takes further ones. */
  add(files: readonly ArtifactFile[]): void {
    for (const { path } of files) {
      this.#files.add(path);
      for (const folder of foldersOf(path)) this.#folders.add(folder);
    }
  }

  /** Whether a file may have the path without hiding another, or lying in one. */
  isFree(path: string): boolean {
    return !this.#files.has(path) && !this.#folders.has(path) && !foldersOf(path).some((each) => this.#files.has(each));
  }
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join("/"));
}
