/**
 * The options that decide which rows an export has, and what is in them: kept in export.json, so that a resumed export keeps to them.
 * @module
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Config } from "../../config.ts";
import { messageOf, UsageError } from "../../errors.ts";
import { matcher } from "../../export/glob.ts";
import type { PrivacyRules } from "../../export/privacy.ts";
import type { Experiment, RunQuery } from "../../source.ts";
import type { Shard } from "../../export/shard.ts";
import { readMoment } from "./moment.ts";
import { readShard } from "./shard_option.ts";

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

const shape: z.ZodType<RowOptions> = z.object({
  includeSchemaProfile: z.boolean(),
  exportModels: z.boolean(),
  downloadArtifacts: z.boolean(),
  includeDeleted: z.boolean(),
  experiments: z.array(z.string()),
  sinceMs: z.number().nullable(),
  untilMs: z.number().nullable(),
  runFilter: z.string(),
  shard: z.object({ index: z.number(), count: z.number() }).nullable(),
  privacyHash: z.string(),
});

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

/** Takes them from what export.json kept. Throws a UsageError where they are not all there, or the privacy rules differ. */
export function keptRowOptions(kept: unknown, config: ExportConfig): RowOptions {
  const parsed = shape.safeParse(kept);
  if (!parsed.success) {
    throw new UsageError(`Cannot use the options of export.json: ${z.prettifyError(parsed.error)}`, {
      hint: "The folder was made by another version of this program, or changed: export anew",
    });
  }
  if (parsed.data.privacyHash !== privacyHash(config)) {
    throw new UsageError(
      "Cannot resume: --redact, --exclude-tag or --exclude-param differ from those the export began with",
      {
        hint: "Give them exactly as they were: they are not stored, for they may name what must not be known",
      },
    );
  }
  return parsed.data;
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

function privacyHash({ redact, excludeTag, excludeParam }: ExportConfig): string {
  return createHash("sha256").update(JSON.stringify([redact, excludeTag, excludeParam])).digest("hex").slice(0, 8);
}
