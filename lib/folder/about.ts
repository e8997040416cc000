/**
 * export.json: what a folder is an export of, so that it can be resumed, imported and verified later, on another machine.
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { aboutShape } from "../shapes/folder.ts";
import { isOfLaterVersion, laterVersionError } from "./later_version.ts";
import { LAYOUT } from "./layout.ts";
import { writeAtomically } from "./write_atomically.ts";

/** What the folder is an export of. Never a password or token. */
export interface About {
  /** The version of this program that made the folder. */
  readonly importer_version: string;
  /** "mlflow". */
  readonly import_source: string;
  /** Kiroframe's import_source_id (spec, "Kiroframe"). */
  readonly import_source_id: string;
  /** The server's address without credentials. */
  readonly tracking_url: string;
  /** The workspace that was read; undefined for the default one. */
  readonly workspace?: string;
  /** The options that decide which rows there are: `--resume` goes on with the same ones. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Only in a folder that `sync` made. */
  readonly sync?: SyncMark;
}

/** What tells folders of `sync` apart. */
export interface SyncMark {
  /** One more than the folder before had: a clock may be set back, this is not. */
  readonly number: number;
  /** When everything in it was last read from the server, and not taken over from a folder: milliseconds since the epoch. */
  readonly full_at_ms: number;
}

/** Writes export.json into the folder. */
export async function writeAbout(folder: string, about: About): Promise<void> {
  await writeAtomically(join(folder, LAYOUT.about), JSON.stringify(about, null, 2) + "\n");
}

/**
 * Reads export.json; null where the folder has none (an export of the reference). Rejects with a UsageError when it is broken, or of a
 * later version that writes it otherwise.
 */
export async function readAbout(folder: string): Promise<About | null> {
  const path = join(folder, LAYOUT.about);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return null;
  }
  try {
    return aboutShape.parse(JSON.parse(text));
  } catch (error) {
    if (isOfLaterVersion(folder)) throw laterVersionError(folder);
    throw new UsageError(`Cannot read ${path}: it is not what an export writes`, {
      cause: error,
      hint: "Give --tracking-url to say what the folder is an export of, and remove the broken file",
    });
  }
}
