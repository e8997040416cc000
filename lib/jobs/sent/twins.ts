/**
 * One server under two spellings of its address: to Kiroframe these are two sources, and all of it would be there twice.
 * @module
 */
import { dirname } from "node:path";
import { readAbout } from "../../folder/about.ts";
import { ExportFolder } from "../../folder/export_folder.ts";
import { isSameServer } from "../../mlflow/uri/same_server.ts";
import { visible } from "../../visible.ts";

/** An export of one server. */
export interface Spelling {
  /** Kiroframe's import_source_id. */
  readonly sourceId: string;
  /** The address as it was given, without user and password. */
  readonly displayUrl: string;
  /** The workspace, where it is not the default one. */
  readonly workspace?: string;
}

/**
 * Returns what to warn of before anything is sent: the newest export beside a folder that is of the same server under another source id;
 * null where there is none.
 */
export async function twinWarning(
  folderPath: string,
  { sourceId, displayUrl, workspace }: Spelling,
): Promise<string | null> {
  for (const path of await ExportFolder.newestFirst(dirname(folderPath))) {
    const other = await readAbout(path).catch(() => null);
    if (other === null || other.import_source_id === sourceId || other.workspace !== workspace) continue;
    if (!isSameServer(other.tracking_url, displayUrl)) continue;
    const [now, before] = [visible(displayUrl), visible(other.tracking_url)];
    const how = now === before ? "with another user or password" : "under another spelling";
    return `${now} is the server of ${
      visible(path)
    }, ${before}, ${how}: Kiroframe takes the two for different servers, and has ` +
      "everything twice once both are imported. Keep to one spelling";
  }
  return null;
}
