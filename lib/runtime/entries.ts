/**
 * What a folder holds, in the order in which the operating system lists it.
 * @module
 */
import { opendirSync, statSync } from "node:fs";
import { join } from "node:path";

/** One entry of a folder. */
export interface Entry {
  readonly name: string;
  /** A folder or a file, or a link to one. What is neither (a socket, a pipe, a link to nothing) is "other". */
  readonly kind: "folder" | "file" | "other";
  /** Whether it is a link. */
  readonly isLink: boolean;
}

/** The part of an entry that both runtimes tell, under names of their own. */
interface Found {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  readonly isLink: boolean;
}

/** The part of Deno's own interface that is used where it is there. */
interface DenoFolders {
  readDirSync(path: string): Iterable<
    { readonly name: string; readonly isDirectory: boolean; readonly isFile: boolean; readonly isSymlink: boolean }
  >;
}

/**
 * Lists a folder, unsorted: Python lists so too, while readdir of node:fs sorts. Throws as node:fs does, but for a folder that is not
 * there, which has no entries.
 */
export function entriesOf(folder: string): Entry[] {
  try {
    return [...listed(folder)].map(({ name, isFolder, isFile, isLink }): Entry => {
      const [isReallyFolder, isReallyFile] = isLink ? follow(join(folder, name)) : [isFolder, isFile];
      return { name, kind: isReallyFolder ? "folder" : isReallyFile ? "file" : "other", isLink };
    });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether an error says that a file or folder is not there, or that a file stands where a folder should. */
export function isMissing(error: unknown): boolean {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR" || name === "NotFound" || name === "NotADirectory";
}

/** Whether an error is the operating system's: a file may not be read, or its disk cannot. */
export function isFileError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code);
}

function follow(path: string): [isFolder: boolean, isFile: boolean] {
  try {
    const facts = statSync(path);
    return [facts.isDirectory(), facts.isFile()];
  } catch (error) {
    // To nothing, or round in a circle.
    if (isFileError(error)) return [false, false];
    throw error;
  }
}

function* listed(folder: string): Generator<Found> {
  const deno = (globalThis as { Deno?: DenoFolders }).Deno;
  // Three times as fast as node:fs in Deno.
  if (deno !== undefined) {
    for (const { name, isDirectory: isFolder, isFile, isSymlink: isLink } of deno.readDirSync(folder)) {
      yield { name, isFolder, isFile, isLink };
    }
    return;
  }
  const handle = opendirSync(folder, { bufferSize: 256 });
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
      const [isFolder, isFile, isLink] = [entry.isDirectory(), entry.isFile(), entry.isSymbolicLink()];
      yield { name: entry.name, isFolder, isFile, isLink };
    }
  } finally {
    handle.closeSync();
  }
}
