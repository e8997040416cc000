/**
 * The folder that an export writes into: a new one, or the one that --resume names.
 * @module
 */
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { readAbout, type SyncMark, writeAbout } from "../folder/about.ts";
import { ExportFolder } from "../folder/export_folder.ts";
import type { SourceIdentity } from "../source/mod.ts";
import { VERSION } from "../version.ts";
import { visible } from "../visible.ts";
import { keptRowOptions } from "./kept_options.ts";
import type { RowOptions } from "./row_options.ts";

/** A folder to export into. */
export interface OpenedFolder {
  /** Locked for this process. */
  readonly folder: ExportFolder;
  /** The folder keeps the options it began with: other rows in its second half would be nobody's wish. */
  readonly options: RowOptions;
}

/** Which folder is wanted. */
export interface FolderOptions {
  /** Parent of the dated folders. */
  readonly baseDir: string;
  /** Where the rows come from. */
  readonly identity: SourceIdentity;
  /** What is in them. */
  readonly wanted: RowOptions;
  /** Marks a new folder as one that `sync` made. @default {none} */
  readonly sync?: SyncMark;
}

/**
 * Opens the folder that `resume` names: a path, "latest" (of the base folder) or "auto" (the latest if it did not end). Null where
 * a new one is to be made. Rejects with a UsageError where it names nothing that fits.
 */
export async function openResumed(resume: string | undefined, options: FolderOptions): Promise<OpenedFolder | null> {
  if (resume === undefined) return null;
  const baseDir = resolve(options.baseDir);
  const path = resume === "latest" || resume === "auto" ? await ExportFolder.latest(baseDir) : resolve(resume);
  if (resume === "auto") return await openUnended(path, options);
  if (path !== null) return await openOld(path, options);
  throw new UsageError(`Cannot resume the latest export: there is none in ${visible(baseDir)}`, {
    hint: "Leave --resume out, or check --base-dir",
  });
}

/** Makes a new folder. */
export async function createFolder({ baseDir, identity, wanted, sync }: FolderOptions): Promise<ExportFolder> {
  const folder = await ExportFolder.create(resolve(baseDir));
  await writeAbout(folder.path, {
    importer_version: VERSION,
    import_source: identity.importSource,
    import_source_id: identity.sourceId,
    tracking_url: identity.displayUrl,
    options: { ...wanted },
    sync,
  });
  return folder;
}

/** Marks that nothing is left to do in a folder: `--resume auto` begins a new one. */
export function markEnded(folder: ExportFolder): void {
  folder.state.keep("ended", true);
}

async function openOld(path: string, { identity, wanted }: FolderOptions): Promise<OpenedFolder> {
  const about = await readAbout(path);
  if (about === null) {
    throw new UsageError(`Cannot resume ${visible(path)}: it holds no export.json, so it is no export of this program`);
  }
  if (about.import_source_id !== identity.sourceId) {
    throw new UsageError(`Cannot resume ${visible(path)}: it is an export of ${visible(about.tracking_url)}`, {
      hint: "Give the --tracking-url it was made with, exactly as it was",
    });
  }
  const options = keptRowOptions(about.options, wanted);
  return { folder: await ExportFolder.open(path), options };
}

/** For `--resume auto`: null where there is nothing to go on with. */
async function openUnended(path: string | null, options: FolderOptions): Promise<OpenedFolder | null> {
  if (path === null) return null;
  const opened = await openOld(path, options);
  if (opened.folder.state.kept("ended") !== true) return opened;
  await opened.folder.close();
  return null;
}
