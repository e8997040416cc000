/**
 * Which workspaces a source has.
 * @module
 */
import type { JobContext } from "./context.ts";
import type { ExportJob } from "./export.ts";
import { SOURCES } from "./sources.ts";

/** Returns the names of all workspaces of an export's source; null where it has none. Writes nothing. */
export async function listWorkspaces(
  { importType, source }: Pick<ExportJob, "importType" | "source">,
  { logger, progress, signal, hide }: JobContext,
): Promise<readonly string[] | null> {
  const address = await (await SOURCES[importType]()).locate({ ...source, logger, progress, signal, hide });
  hide(address.secrets);
  const connected = await address.connect();
  try {
    return await connected.workspaces?.() ?? null;
  } finally {
    await connected.close();
  }
}
