import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LAYOUT } from "../../lib/folder/layout.ts";
import type { JobContext } from "../../lib/jobs/context.ts";
import { runExport } from "../../lib/jobs/export.ts";
import { runSync, type SyncJob, type SyncOutcome } from "../../lib/jobs/sync.ts";
import { silentProgress } from "../../lib/logger.ts";
import { startKiroframeSandbox } from "../../sandbox/kiroframe/mod.ts";
import type { KiroframeSandbox } from "../../sandbox/kiroframe/types.ts";
import { type MlflowSandbox, startMlflowSandbox } from "../../sandbox/mlflow/mod.ts";
import { World } from "../../sandbox/world/mod.ts";

/** What an export leaves that does not depend on when it was made. */
const DATA = ["experiments", "datasets", "runsBasicCsv", "runs", "runsCsv", "models", "manifest"] as const;

export class Lab implements AsyncDisposable {
  readonly log: string[] = [];
  #historyCalls = 0;

  private constructor(
    readonly world: World,
    readonly mlflow: MlflowSandbox,
    readonly kiroframe: KiroframeSandbox,
    readonly base: string,
  ) {}

  static async open(world: World): Promise<Lab> {
    const base = await mkdtemp(join(tmpdir(), "sync-"));
    return new Lab(world, await startMlflowSandbox({ world }), await startKiroframeSandbox(), base);
  }

  get context(): JobContext {
    const keep = (message: string): void => void this.log.push(message);
    return {
      logger: { debug(): void {}, info: keep, warn: keep, error: keep },
      progress: silentProgress,
      hide(): void {},
      redact: (text) => text,
      openLog(): void {},
      tell(): void {},
      advise(): void {},
    };
  }

  job(options: Partial<SyncJob> & { readonly baseDir?: string } = {}): SyncJob {
    const { baseDir = join(this.base, "synced"), ...more } = options;
    return {
      export: {
        importType: "mlflow",
        source: {
          trackingUrl: this.mlflow.url,
          env: {},
          experimentPageSize: 200,
          runPageSize: 1000,
          concurrency: 8,
        },
        rows: {
          includeSchemaProfile: true,
          exportModels: true,
          downloadArtifacts: false,
          includeDeleted: false,
          experiments: [],
          sinceMs: null,
          untilMs: null,
          runFilter: "",
          shard: null,
        },
        privacy: { redact: [], excludeTags: [], excludeParams: [] },
        baseDir,
      },
      import: { kiroframeUrl: this.kiroframe.url, profilingToken: this.kiroframe.token, env: {}, nonFinite: "omit" },
      keep: 2,
      isFull: false,
      fullEveryMs: 7 * 86_400_000,
      ...more,
    };
  }

  async sync(options: Parameters<Lab["job"]>[0] = {}, nowMs?: number): Promise<SyncOutcome> {
    return await runSync(this.job(options), this.context, nowMs);
  }

  /** What a full export of this moment leaves. */
  async whole(): Promise<Record<string, string>> {
    const job = { ...this.job().export, baseDir: join(this.base, "whole") };
    const { folderPath } = await runExport(job, this.context, () => Promise.resolve([]));
    const files = await filesOf(folderPath);
    await rm(folderPath, { recursive: true });
    return files;
  }

  /** The history calls since the last time. */
  historyCalls(): number {
    const all = this.mlflow.requests.filter(({ path }) => path.includes("get-history")).length;
    const calls = all - this.#historyCalls;
    this.#historyCalls = all;
    return calls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mlflow.close();
    await this.kiroframe.close();
    await rm(this.base, { recursive: true });
  }
}

/** The files that a full export of the same moment has, too. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const name of DATA) {
    texts[name] = (await readFile(join(folder, LAYOUT[name]), "utf8")).replaceAll(folder, "FOLDER");
  }
  return texts;
}
