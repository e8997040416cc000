/**
 * The options that decide which rows an export has, and what is in them: kept in export.json, so that a resumed export keeps to them.
 * @module
 */
import { createHash } from "node:crypto";
import type { Config } from "../cli/parse/config.ts";
import { messageOf, UsageError } from "../errors.ts";
import { matcher } from "../source/glob.ts";
import type { PrivacyRules } from "../source/privacy.ts";
import type { Experiment, RunQuery } from "../source/mod.ts";
import type { Shard } from "../export/shard.ts";
import { readMoment } from "../cli/parse/moment.ts";
import { readShard } from "../cli/parse/shard.ts";

/** Options of the command line, as export.json keeps them. */
export interface RowOptions {
  /** --include-schema-profile. */
  readonly includeSchemaProfile: boolean;
  /** --export-models. */
  readonly exportModels: boolean;
  /** --download-artifacts. */
  readonly downloadArtifacts: boolean;
  /** --include-deleted. */
  readonly includeDeleted: boolean;
  /** --experiment: names or patterns; empty for all. */
  readonly experiments: readonly string[];
  /** --since, in milliseconds since the epoch. */
  readonly sinceMs: number | null;
  /** --until, in milliseconds since the epoch. */
  readonly untilMs: number | null;
  /** --run-filter; empty for none. */
  readonly runFilter: string;
  /** --shard; null for all. */
  readonly shard: Shard | null;
  /** Stands for --redact, --exclude-tag and --exclude-param: the rules themselves may name what must not be known. */
  readonly privacyHash: string;
}

/** The options that an export needs, of whichever command. */
export type ExportConfig = Config<"plain"> | Config<"export">;

/** Takes them from a Config. Throws a UsageError for a moment or pattern that cannot be read. */
export function rowOptionsOf(config: ExportConfig, nowMs = Date.now()): RowOptions {
  const { includeSchemaProfile, exportModels, downloadArtifacts, includeDeleted, experiment, since, until } = config;
  return {
    includeSchemaProfile,
    exportModels,
    downloadArtifacts,
    includeDeleted,
    experiments: [...experiment],
    sinceMs: since === undefined ? null : readMoment(since, { flag: "--since", nowMs }),
    untilMs: until === undefined ? null : readMoment(until, { flag: "--until", nowMs }),
    runFilter: config.runFilter ?? "",
    shard: readShard(config.shard, config.environment),
    privacyHash: privacyHash(config),
  };
}

/** Which runs the source is asked for. */
export function queryOf({ sinceMs, untilMs, runFilter, includeDeleted }: RowOptions): Omit<RunQuery, "isDone"> {
  const conditions = [
    ...(sinceMs === null ? [] : [`attributes.start_time >= ${sinceMs}`]),
    ...(untilMs === null ? [] : [`attributes.start_time < ${untilMs}`]),
    ...(runFilter === "" ? [] : [runFilter]),
  ];
  return { filter: conditions.join(" and "), includeDeleted };
}

/** Which experiments are exported. */
export function selectorOf({ experiments }: RowOptions): (experiment: Experiment) => boolean {
  const matches = matcher(experiments);
  return ({ name }) => experiments.length === 0 || matches(name);
}

/** What is taken out of the rows. Throws a UsageError for a regular expression that is none. */
export function privacyOf({ redact, excludeTag, excludeParam }: ExportConfig): PrivacyRules {
  return { redact: redact.map(readExpression), excludeTags: excludeTag, excludeParams: excludeParam };
}

function readExpression(text: string): RegExp {
  try {
    return new RegExp(text, "gu");
  } catch (cause) {
    throw new UsageError(`Cannot use --redact "${text}": ${messageOf(cause)}`, { cause });
  }
}

/** Returns what stands for the privacy rules of a Config. */
export function privacyHash({ redact, excludeTag, excludeParam }: ExportConfig): string {
  return createHash("sha256").update(JSON.stringify([redact, excludeTag, excludeParam])).digest("hex").slice(0, 8);
}
