/**
 * From a Config to what the jobs take.
 * @module
 */
import type { ExportJob } from "../../jobs/export.ts";
import type { ImportJob } from "../../jobs/import.ts";
import { readGivenHeaders } from "../../mlflow/auth/given_headers.ts";
import type { Config } from "../parse/config.ts";
import { type Moment, readMoment } from "../parse/moment.ts";
import { readShard } from "../parse/shard.ts";

/** What an export takes of a Config: `sync` itself knows what to go on with. */
export type ExportConfig = Omit<Config<"export">, "resume" | "dryRun"> & { readonly resume?: string };

/** What an import takes of a Config: `sync` always sends only what changed, and an import that is off lacks what it alone needs. */
export type ImportConfig =
  & Omit<Config<"import">, "onlyChanged" | "kiroframeUrl" | "profilingToken">
  & Pick<Config<"plain">, "kiroframeUrl" | "profilingToken">
  & { readonly onlyChanged?: boolean };

/** The export of a Config. Throws a UsageError for a moment, a shard or a header that cannot be read. */
export function exportJobOf(config: ExportConfig, nowMs = Date.now()): ExportJob {
  const { trackingUrl, store, environment: env, experimentPageSize, runPageSize, concurrency } = config;
  const headers = readGivenHeaders(config.header);
  const since = momentOf("since");
  const until = momentOf("until");
  return {
    importType: config.importType,
    source: { trackingUrl, store, headers, env, experimentPageSize, runPageSize, concurrency },
    rows: {
      includeSchemaProfile: given("includeSchemaProfile"),
      exportModels: given("exportModels"),
      downloadArtifacts: given("downloadArtifacts"),
      includeDeleted: given("includeDeleted"),
      experiments: given("experiment"),
      sinceMs: since?.ms,
      sinceAge: since?.age,
      untilMs: until?.ms,
      untilAge: until?.age,
      runFilter: config.runFilter,
      shard: readShard(config.shard, env) ?? undefined,
    },
    privacy: { redact: config.redact, excludeTags: config.excludeTag, excludeParams: config.excludeParam },
    exportTraces: config.exportTraces,
    traceSpans: config.traceSpans,
    parquet: config.parquet,
    report: config.report,
    baseDir: config.baseDir,
    resume: config.resume,
  };

  function given<K extends keyof ExportConfig>(key: K): ExportConfig[K] | undefined {
    return config.given.has(key) ? config[key] : undefined;
  }
  function momentOf(name: "since" | "until"): Moment | undefined {
    const text = config[name];
    return text === undefined ? undefined : readMoment(text, { flag: `--${name}`, nowMs });
  }
}

/** The import of a Config; null where it is off (--no-import-to-kiroframe). */
export function importJobOf(config: Config<"import">): ImportJob;
export function importJobOf(config: ImportConfig): ImportJob | null;
export function importJobOf(config: ImportConfig): ImportJob | null {
  const { kiroframeUrl, profilingToken, nonFinite, maxFailures, maxHistoryPoints, onlyChanged } = config;
  const { importConcurrency: concurrency, environment: env } = config;
  if (kiroframeUrl === undefined || profilingToken === undefined) return null;
  return { kiroframeUrl, profilingToken, env, concurrency, nonFinite, maxFailures, maxHistoryPoints, onlyChanged };
}
