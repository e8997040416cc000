/**
 * The calls that a sync makes when no run changed, made by the program's own reader, parsed and thrown away: same_calls.ts URL.
 * Prints the count of runs.
 * @module
 */
import { askAhead } from "../../lib/export/order/ahead.ts";
import { chooseExperiments } from "../../lib/export/order/experiments.ts";
import { SOURCES } from "../../lib/jobs/sources.ts";
import { silentProgress } from "../../lib/logger.ts";

const [trackingUrl = ""] = Deno.args;
const silent = { debug(): void {}, info(): void {}, warn(): void {}, error(): void {} };
const address = await (await SOURCES.mlflow()).locate({
  trackingUrl,
  env: {},
  experimentPageSize: 200,
  runPageSize: 1000,
  concurrency: 8,
  logger: silent,
  progress: silentProgress,
});
const source = await address.connect();
const warnings = source.warnings();
const { experiments } = await chooseExperiments(source, {});
const asked = askAhead(experiments, { source, exportModels: true });
let runs = 0;
for await (const _ of source.runs(experiments, { needsHistories: () => false })) runs++;
await Array.fromAsync(source.extras?.loggedModels?.(experiments) ?? []);
await Promise.all([warnings, asked.settle()]);
await source.close();
await Deno.stdout.write(new TextEncoder().encode(`${runs} runs in ${source.calls} calls\n`));
