/**
 * An export in which the pass that makes runs.csv is timed: csv_pass.ts URL BASE_DIR. Prints {"exportMs", "csvMs"}.
 * @module
 */
import { exportSource } from "../../lib/export/exporter.ts";
import { ExportFolder } from "../../lib/folder/export_folder.ts";
import { MLFLOW } from "../../lib/mlflow/mod.ts";
import { silentLogger as logger, silentProgress as progress } from "../../lib/logger.ts";

const [trackingUrl = "", baseDir = ""] = Deno.args;
const address = await MLFLOW.locate({
  trackingUrl,
  env: {},
  experimentPageSize: 200,
  runPageSize: 1000,
  concurrency: 8,
  logger,
});
const source = await address.connect();
const folder = await ExportFolder.create(baseDir);
const writeRunsCsv = folder.writeRunsCsv.bind(folder);
let csvMs = 0;
folder.writeRunsCsv = async (columns): Promise<void> => {
  const startMs = performance.now();
  await writeRunsCsv(columns);
  csvMs = performance.now() - startMs;
};
const startMs = performance.now();
await exportSource({
  source,
  folder,
  includeSchemaProfile: true,
  exportModels: true,
  downloadArtifacts: false,
  logger,
  progress,
});
const exportMs = performance.now() - startMs;
await folder.close();
await source.close();
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify({ exportMs, csvMs })}\n`));
