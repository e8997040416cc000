/**
 * The folder that an export writes into: a new one, or one that it goes on with.
 * @module
 */
import { resolve } from "node:path";
import { AppError, UsageError } from "../../errors.ts";
import { type About, readAbout, type SyncMark, writeAbout } from "../../folder/about.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import { FolderInUseError } from "../../folder/state.ts";
import { removeStillborn } from "../../folder/stillborn.ts";
import type { Logger } from "../../logger.ts";
import type { SourceIdentity } from "../../source/mod.ts";
import { VERSION } from "../../version.ts";
import { visible } from "../../visible.ts";
import { isBegunWith, keptRowOptions, refuseOthers } from "./kept_options.ts";
import { refuseNoExport } from "./no_export.ts";
import type { GivenRows, RowOptions } from "./row_options.ts";

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

/** What {@linkcode openResumed} looks for. */
export interface ResumeOptions extends FolderOptions {
  /** What of `wanted` was given, and is no default. */
  readonly given: GivenRows;
  /** Told of folders that are passed over. */
  readonly logger: Logger;
}

/**
 * Opens the folder that `resume` names: a path, or "latest" of the base folder, and rejects with a UsageError where it does not fit, both
 * sides named. "auto" never refuses: it goes on with the newest export of this source and these very options, if that did not end; null
 * where there is none, and a new one is to be made. An older one that did not end is left alone: its rows are older than those that are there.
 */
export async function openResumed(resume: string, options: ResumeOptions): Promise<OpenedFolder | null> {
  const baseDir = resolve(options.baseDir);
  if (resume === "auto") return await openUnended(baseDir, options);
  const path = resume === "latest" ? await ExportFolder.latest(baseDir) : resolve(resume);
  if (path !== null) return await openNamed(path, options);
  throw new UsageError(`Cannot resume the latest export: there is none in ${visible(baseDir)}`, {
    hint: "Leave --resume out, or check --base-dir",
  });
}

/** Makes a new folder. */
export async function createFolder({ baseDir, identity, wanted, sync }: FolderOptions): Promise<ExportFolder> {
  const folder = await ExportFolder.create(resolve(baseDir));
  try {
    await writeAbout(folder.path, {
      importer_version: VERSION,
      import_source: identity.importSource,
      import_source_id: identity.sourceId,
      tracking_url: identity.displayUrl,
      workspace: identity.workspace,
      options: { ...wanted },
      sync,
    });
    return folder;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** Marks that nothing is left to do in a folder: `--resume auto` begins a new one. */
export function markEnded(folder: ExportFolder): void {
  folder.state.keep("ended", true);
}

async function openNamed(path: string, { identity, wanted, given }: ResumeOptions): Promise<OpenedFolder> {
  await refuseNoExport(path, "resume");
  const about = await readAbout(path);
  if (about === null) {
    throw new UsageError(`Cannot resume ${visible(path)}: it holds no export.json, so it is no export of this program`);
  }
  if (about.import_source_id !== identity.sourceId) throw otherSource(path, about, identity);
  const kept = keptRowOptions(about.options);
  if (kept === null) {
    throw new UsageError(
      `Cannot resume ${visible(path)}: its export.json does not tell the options it was begun with`,
      {
        hint: "Leave --resume out to export anew",
      },
    );
  }
  refuseOthers(path, { kept, wanted, given });
  return { folder: await ExportFolder.open(path), options: kept };
}

function otherSource(path: string, about: About, identity: SourceIdentity): UsageError {
  const [{ tracking_url: before }, { displayUrl: now }] = [about, identity];
  if (about.workspace !== identity.workspace) {
    const [one, other] = [about, identity].map(({ workspace = "default" }) => visible(JSON.stringify(workspace)));
    return new UsageError(`Cannot resume ${visible(path)}: it is an export of the workspace ${one}, not of ${other}`, {
      hint: "Name that workspace, or leave --resume out to export anew",
    });
  }
  const found = before === now
    ? `${visible(before)} with another user or password in the URL`
    : `${visible(before)}, not of ${visible(now)}`;
  return new UsageError(`Cannot resume ${visible(path)}: it is an export of ${found}`, {
    hint: "Give the --tracking-url it was made with, exactly as it was; or leave --resume out to export anew",
  });
}

/** For `--resume auto`. Rejects with a FolderInUseError where another process is at the very work: two of it would be none better. */
async function openUnended(baseDir: string, { identity, wanted, logger }: ResumeOptions): Promise<OpenedFolder | null> {
  await removeStillborn(baseDir, logger);
  for (const path of await ExportFolder.newestFirst(baseDir)) {
    try {
      const about = await readAbout(path);
      if (about?.import_source_id !== identity.sourceId) continue;
      const options = keptRowOptions(about.options);
      if (options === null || !isBegunWith(wanted, options)) continue;
      const folder = await ExportFolder.open(path);
      if (folder.state.kept("ended") !== true) return { folder, options };
      await folder.close();
      return null;
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof FolderInUseError) throw error;
      logger.warn(`Passed over a folder that cannot be gone on with: ${error.message}`);
    }
  }
  return null;
}
