/**
 * The options that decide which rows an export has, and what is in them: kept in export.json, so that a resumed export keeps to them.
 * @module
 */
import { createHash } from "node:crypto";
import { UsageError } from "../../errors.ts";
import type { Selection } from "../../export/order/experiments.ts";
import type { Shard } from "../../export/order/shard.ts";
import type { PrivacyRules } from "../../source/privacy.ts";
import { visible } from "../../visible.ts";

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
  /** --since where it was said as an age ("36h"): another moment each time, and yet the same option. */
  readonly sinceAge?: string;
  /** --until, in milliseconds since the epoch. */
  readonly untilMs: number | null;
  /** The same of --until. */
  readonly untilAge?: string;
  /** --run-filter; empty for none. */
  readonly runFilter: string;
  /** --shard; null for all. */
  readonly shard: Shard | null;
  /** Stands for --redact, --exclude-tag and --exclude-param: the rules themselves may name what must not be known. */
  readonly privacyHash: string;
}

/** The row options that were given; what is undefined was not, and is the default. */
export type GivenRows = Partial<Omit<RowOptions, "privacyHash">>;

/** One option that can be compared: a moment and its age are one. */
export type RowOption = Exclude<keyof RowOptions, "sinceAge" | "untilAge" | "privacyHash">;

/** What counts where an option is not given. */
export const DEFAULT_ROWS: Pick<RowOptions, RowOption> = {
  includeSchemaProfile: true,
  exportModels: true,
  downloadArtifacts: false,
  includeDeleted: false,
  experiments: [],
  sinceMs: null,
  untilMs: null,
  runFilter: "",
  shard: null,
};

/** How each is written on a command line: what is written alike is the same. */
const WORDS: { readonly [O in RowOption]: (options: RowOptions) => string } = {
  includeSchemaProfile: ({ includeSchemaProfile }) => switchWords("include-schema-profile", includeSchemaProfile),
  exportModels: ({ exportModels }) => switchWords("export-models", exportModels),
  downloadArtifacts: ({ downloadArtifacts }) => switchWords("download-artifacts", downloadArtifacts),
  includeDeleted: ({ includeDeleted }) => switchWords("include-deleted", includeDeleted),
  experiments: ({ experiments }) => valueWords("experiment", experiments.toSorted()),
  sinceMs: ({ sinceMs, sinceAge }) => valueWords("since", momentWords(sinceMs, sinceAge)),
  untilMs: ({ untilMs, untilAge }) => valueWords("until", momentWords(untilMs, untilAge)),
  runFilter: ({ runFilter }) => valueWords("run-filter", runFilter === "" ? [] : [runFilter]),
  shard: ({ shard }) => valueWords("shard", shard === null ? [] : [`${shard.index}/${shard.count}`]),
};

/** Returns whole row options: what was given, else the defaults. Throws a UsageError where no run could fit them. */
export function rowOptionsOf(given: GivenRows, privacy: PrivacyRules): RowOptions {
  const isGiven = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: RowOptions = { ...DEFAULT_ROWS, ...Object.fromEntries(isGiven), privacyHash: privacyHash(privacy) };
  const { sinceMs, untilMs } = options;
  if (sinceMs !== null && untilMs !== null && sinceMs >= untilMs) {
    const [since, until] = [WORDS.sinceMs(options), WORDS.untilMs(options)];
    throw new UsageError(
      `Cannot use ${since} with ${until}: no run starts at or after the first and before the second`,
    );
  }
  return options;
}

/** Returns how each of the options named is written in two places, of those that differ. */
export function differences(
  one: RowOptions,
  other: RowOptions,
  names: readonly RowOption[] = Object.keys(WORDS) as RowOption[],
): (readonly [string, string])[] {
  return names.map((name) => [WORDS[name](one), WORDS[name](other)] as const).filter(([a, b]) => a !== b);
}

export function selectionOf({ experiments, sinceMs, untilMs, runFilter, includeDeleted }: RowOptions): Selection {
  return { experiments, sinceMs, untilMs, filter: runFilter, includeDeleted };
}

/** Returns what stands for privacy rules. */
function privacyHash({ redact, excludeTags, excludeParams }: PrivacyRules): string {
  return createHash("sha256").update(JSON.stringify([redact, excludeTags, excludeParams])).digest("hex").slice(0, 8);
}

function switchWords(flag: string, isOn: boolean): string {
  return isOn ? `--${flag}` : `--no-${flag}`;
}

function valueWords(flag: string, values: readonly string[]): string {
  return values.length === 0 ? `no --${flag}` : values.map((value) => `--${flag} ${quotedWord(value)}`).join(" ");
}

function momentWords(ms: number | null, age: string | undefined): string[] {
  return ms === null ? [] : [age ?? new Date(ms).toISOString()];
}

/** As it may be typed again: in quotes where a shell would read more in it. */
function quotedWord(value: string): string {
  if (/^[\w.:/-]+$/.test(value)) return value;
  const quote = value.includes("'") && !/["$`\\]/.test(value) ? '"' : "'";
  return quote + visible(value) + quote;
}
