/**
 * The options that decide which rows an export has, and what is in them: kept in export.json, so that a resumed export keeps to them.
 * @module
 */
import { createHash } from "node:crypto";
import type { Selection } from "../export/experiments.ts";
import type { Shard } from "../export/shard.ts";
import type { PrivacyRules } from "../source/privacy.ts";

/** What is in the rows, as export.json keeps it: by the name of the option. */
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

/** Which experiments and runs are exported. */
export function selectionOf({ experiments, sinceMs, untilMs, runFilter, includeDeleted }: RowOptions): Selection {
  return { experiments, sinceMs, untilMs, filter: runFilter, includeDeleted };
}

/** Returns what stands for privacy rules. */
export function privacyHash({ redact, excludeTags, excludeParams }: PrivacyRules): string {
  return createHash("sha256").update(JSON.stringify([redact, excludeTags, excludeParams])).digest("hex").slice(0, 8);
}
