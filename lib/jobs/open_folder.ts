/**
 * The folder that an export writes into: a new one, or the one that --resume names.
 * @module
 */
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { readAbout, writeAbout } from "../folder/about.ts";
import { ExportFolder } from "../folder/export_folder.ts";
import type { Source } from "../source/mod.ts";
import { visible } from "../visible.ts";
import { VERSION } from "../version.ts";
import { checkBaseDir } from "../folder/base_dir.ts";
import { keptRowOptions } from "./kept_options.ts";
import type { ExportConfig, RowOptions } from "./row_options.ts";

/** A folder to export into. */
export interface OpenedFolder {
  /** Locked for this process. */
  readonly folder: ExportFolder;
  /** The folder keeps the options it began with: other rows in its second half would be nobody's wish. */
  readonly options: RowOptions;
  /** Whether it was there before. */
  readonly isResumed: boolean;
}

/** What {@linkcode openFolder} opens. */
export interface FolderOptions {
  /** Says which. */
  readonly config: ExportConfig;
  /** Where the rows come from. */
  readonly source: Source;
  /** The options of a new folder. */
  readonly wanted: RowOptions;
}

/** Opens it. Rejects with a UsageError where --resume names nothing that fits. */
export async function openFolder(options: FolderOptions): Promise<OpenedFolder> {
  const { config } = options;
  const { resume } = config;
  if (resume === undefined) return await newFolder(options);
  const baseDir = resolve(config.baseDir);
  const path = resume === "latest" || resume === "auto" ? await ExportFolder.latest(baseDir) : resolve(resume);
  if (resume === "auto") return await unendedFolder(path, options) ?? await newFolder(options);
  if (path !== null) return await oldFolder(path, options);
  throw new UsageError(`Cannot resume the latest export: there is none in ${visible(baseDir)}`, {
    hint: "Leave --resume out, or check --base-dir",
  });
}

/** Marks that nothing is left to do in a folder: `--resume auto` begins a new one. */
export function markEnded(folder: ExportFolder): void {
  folder.state.keep("ended", true);
}

async function newFolder({ config, source, wanted: options }: FolderOptions): Promise<OpenedFolder> {
  await checkBaseDir(config.baseDir);
  const folder = await ExportFolder.create(resolve(config.baseDir));
  await writeAbout(folder.path, {
    importer_version: VERSION,
    import_source: source.importSource,
    import_source_id: source.sourceId,
    tracking_url: source.displayUrl,
    options: { ...options },
  });
  return { folder, options, isResumed: false };
}

async function oldFolder(path: string, { config, source }: FolderOptions): Promise<OpenedFolder> {
  const about = await readAbout(path);
  if (about === null) {
    throw new UsageError(`Cannot resume ${visible(path)}: it holds no export.json, so it is no export of this program`);
  }
  if (about.import_source_id !== source.sourceId) {
    throw new UsageError(`Cannot resume ${visible(path)}: it is an export of ${visible(about.tracking_url)}`, {
      hint: "Give the --tracking-url it was made with, exactly as it was",
    });
  }
  const options = keptRowOptions(about.options, config);
  return { folder: await ExportFolder.open(path), options, isResumed: true };
}

/** For `--resume auto`: null where there is nothing to go on with. */
async function unendedFolder(path: string | null, options: FolderOptions): Promise<OpenedFolder | null> {
  if (path === null) return null;
  const opened = await oldFolder(path, options);
  if (opened.folder.state.kept("ended") !== true) return opened;
  await opened.folder.close();
  return null;
}
