/** A sandboxed MLflow and a source that reads it. */
import { MLFLOW } from "../../../lib/mlflow/mod.ts";
import type { RestOptions } from "../../../lib/mlflow/rest/options.ts";
import { type MlflowSandbox, type MlflowSandboxOptions, startMlflowSandbox } from "../../../sandbox/mlflow/mod.ts";
import type { History, MetricPoint, RunRecord, Source, SourceAddress } from "../../../lib/source/mod.ts";
import { type Logger, silentLogger } from "../../../lib/logger.ts";
import { collect } from "./history/fake_histories.ts";

/** Both, to be disposed of together. */
export interface SandboxSource extends AsyncDisposable {
  readonly server: MlflowSandbox;
  readonly source: Source;
  /** Everything that was logged at info and above. */
  readonly log: string[];
}

/** Starts a sandbox and makes a source for it. */
export async function startSource(
  sandbox: MlflowSandboxOptions = {},
  options: Partial<RestOptions> = {},
): Promise<SandboxSource> {
  const server = await startMlflowSandbox(sandbox);
  const { source, log } = await sourceFor(server.url, options);
  return {
    server,
    source,
    log,
    async [Symbol.asyncDispose](): Promise<void> {
      await source.close();
      await server.close();
    },
  };
}

/** Makes a source for an address, without credentials from this machine. */
export async function sourceFor(
  trackingUrl: string,
  options: Partial<RestOptions> = {},
): Promise<{ readonly source: Source; readonly log: string[] }> {
  const log: string[] = [];
  const keep = (message: string): void => void log.push(message);
  const logger: Logger = { debug(): void {}, info: keep, warn: keep, error: keep };
  return { source: await (await addressOf(trackingUrl, { logger, ...options })).connect(), log };
}

/** The same before the first contact. */
export async function addressOf(trackingUrl: string, options: Partial<RestOptions> = {}): Promise<SourceAddress> {
  return await MLFLOW.locate({
    trackingUrl,
    env: { HOME: "/nonexistent" },
    experimentPageSize: 200,
    runPageSize: 1_000,
    concurrency: 8,
    logger: silentLogger,
    ...options,
  });
}

/** One run and its histories, read to their ends. */
export interface WholeRecord extends RunRecord {
  readonly points: ReadonlyMap<string, readonly MetricPoint[] | History>;
}

/** Reads all runs of all experiments. */
export async function readWhole(
  source: Source,
  options: Parameters<Source["runs"]>[1] & { readonly includeDeletedExperiments?: boolean } = {},
): Promise<WholeRecord[]> {
  const experiments = await Array.fromAsync(
    source.experiments({ includeDeleted: options.includeDeletedExperiments ?? false }),
  );
  const records: WholeRecord[] = [];
  for await (const record of source.runs(experiments, options)) {
    const points = new Map<string, History>();
    for (const [key, history] of record.histories) points.set(key, await collect(history) as History);
    records.push({ ...record, points });
  }
  return records;
}
