/**
 * The plain command, the reference's way: export, then import.
 * @module
 */
import type { Config } from "../parse/config.ts";
import type { Session } from "./session.ts";
import { withExport } from "./export.ts";

/** Runs the command. Rejects with an AppError; IncompleteError when all was done but some rows, histories or artifacts failed. */
export async function plainCommand(config: Config<"plain">, session: Session): Promise<void> {
  await withExport(config, session, async ({ folder, source }) => {
    if (!config.importToKiroframe) return [];
    // Loaded while MLflow is read, not before.
    const { importFolder } = await import("./import.ts");
    return (await importFolder(folder, source, { config, session })).failures;
  });
}
