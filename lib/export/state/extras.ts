/**
 * How many of what a source has besides runs and registered models, and how many of these an export wrote.
 * @module
 */

/** Kinds of it, by their names in summary.json. */
export type ExtraKind = "logged_models" | "prompts" | "traces" | "evaluation_datasets" | "scorers" | "webhooks";

/** One kind's counts. */
export interface ExtraCount {
  /** What the source has; null where it could not tell. */
  readonly found: number | null;
  /** What is in the folder. */
  readonly exported: number;
  /** Why not all of it is, where it was asked for. */
  readonly error?: string;
}

/** By kind; one of which there is nothing is left out. */
export type ExtraCounts = Readonly<Partial<Record<ExtraKind, ExtraCount>>>;

/** Each kind in words. */
export const EXTRA_NOUNS: Readonly<Record<ExtraKind, readonly [one: string, many: string]>> = {
  logged_models: ["logged model", "logged models"],
  prompts: ["prompt", "prompts"],
  traces: ["trace", "traces"],
  evaluation_datasets: ["evaluation dataset", "evaluation datasets"],
  scorers: ["scorer", "scorers"],
  webhooks: ["webhook", "webhooks"],
};

/** The kinds of which there is something, in the order of {@linkcode EXTRA_NOUNS}. */
export function extraEntries(counts: ExtraCounts = {}): readonly (readonly [ExtraKind, ExtraCount])[] {
  return (Object.keys(EXTRA_NOUNS) as ExtraKind[]).flatMap((kind) => {
    const count = counts[kind];
    return count === undefined ? [] : [[kind, count] as const];
  });
}

/** Adds what several shards counted. */
export function addExtras(shards: readonly (ExtraCounts | undefined)[]): ExtraCounts {
  const sum: Partial<Record<ExtraKind, ExtraCount>> = {};
  for (const [kind, count] of shards.flatMap((counts) => extraEntries(counts))) {
    const other = sum[kind];
    sum[kind] = other === undefined ? count : {
      found: other.found === null || count.found === null ? null : other.found + count.found,
      exported: other.exported + count.exported,
      error: other.error ?? count.error,
    };
  }
  return sum;
}
