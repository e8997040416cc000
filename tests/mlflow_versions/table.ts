/**
 * docs/versions.md: what `deno task test:versions` found.
 * @module
 */
import { fileURLToPath } from "node:url";
import { markdownTable, withSection } from "../../tools/docs/table.ts";
import type { Compared } from "../live/parts/client.ts";
import type { MlflowVersion } from "../live/parts/servers.ts";

/** What was found on one release, where the export and its client agree in everything. */
export interface VersionRow extends Compared {
  readonly version: MlflowVersion;
  /** Versions of registered models. */
  readonly modelVersions: number;
  /** Calls of MLflow's client of this release for the same runs and files. */
  readonly clientCalls: number;
  /** Calls of the export. */
  readonly calls: number;
}

const PAGE = fileURLToPath(new URL("../../docs/versions.md", import.meta.url));

/** Writes the rows between the markers of the page. */
export async function writeVersions(rows: readonly VersionRow[]): Promise<void> {
  const head = ["MLflow", "runs", "points", "files", "model versions", "calls of its client", "calls of the export"];
  const body = rows.map((row) => [
    row.version,
    ...[row.runs, row.points, row.files, row.modelVersions, row.clientCalls, row.calls].map(String),
  ]);
  const page = await Deno.readTextFile(PAGE);
  await Deno.writeTextFile(PAGE, withSection(page, "versions", markdownTable([head, ...body])));
}
