/**
 * From a Config to what the jobs take.
 * @module
 */
import type { ExportJob } from "../../jobs/export.ts";
import type { ImportJob } from "../../jobs/import.ts";
import type { Config } from "../parse/config.ts";
import { readMoment } from "../parse/moment.ts";
import { readShard } from "../parse/shard.ts";

/** The export of a Config. Throws a UsageError for a moment or a shard that cannot be read. */
export function exportJobOf(
  config: Config<"plain"> | Config<"export"> | Config<"sync">,
  nowMs = Date.now(),
): ExportJob {
  const { includeSchemaProfile, exportModels, downloadArtifacts, includeDeleted, since, until } = config;
  const { trackingUrl, environment: env, experimentPageSize, runPageSize, concurrency } = config;
  return {
    importType: config.importType,
    source: { trackingUrl, env, experimentPageSize, runPageSize, concurrency },
    rows: {
      includeSchemaProfile,
      exportModels,
      downloadArtifacts,
      includeDeleted,
      experiments: config.experiment,
      sinceMs: since === undefined ? null : readMoment(since, { flag: "--since", nowMs }),
      untilMs: until === undefined ? null : readMoment(until, { flag: "--until", nowMs }),
      runFilter: config.runFilter ?? "",
      shard: readShard(config.shard, env),
    },
    privacy: { redact: config.redact, excludeTags: config.excludeTag, excludeParams: config.excludeParam },
    baseDir: config.baseDir,
    resume: "resume" in config ? config.resume : undefined,
  };
}

/** The import of a Config. */
export function importJobOf(config: Config<"plain"> | Config<"import"> | Config<"sync">): ImportJob {
  const { kiroframeUrl, profilingToken, nonFinite, maxFailures, maxHistoryPoints } = config;
  const onlyChanged = "onlyChanged" in config && config.onlyChanged;
  const { importConcurrency: concurrency, environment: env } = config;
  return { kiroframeUrl, profilingToken, env, concurrency, nonFinite, maxFailures, maxHistoryPoints, onlyChanged };
}
