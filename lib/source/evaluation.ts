/**
 * What a tracking system may have for judging models and for telling others of them: evaluation datasets, scorers, webhooks.
 * @module
 */
import type { Int64, Json } from "./shapes.ts";

/** One record of an evaluation dataset. */
export interface EvaluationRecord {
  /** Its id. */
  readonly id: string;
  /** What the model is asked. */
  readonly inputs: Json;
  /** What a model answered; null where there is none. */
  readonly outputs: Json;
  /** What it should answer; null where there is none. */
  readonly expectations: Json;
  /** An object of texts; null where there is none. */
  readonly tags: Json;
  /** Where it comes from; null where that is not told. */
  readonly source: Json;
  /** HUMAN, TRACE, …; null where it is not told. */
  readonly sourceType: string | null;
  /** The trace or the like that it was made of; null where there is none. */
  readonly sourceId: string | null;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** The account; null where it is not told. */
  readonly createdBy: string | null;
  /** The account; null where it is not told. */
  readonly lastUpdatedBy: string | null;
}

/** One evaluation dataset, as it is listed; what takes a call of its own is asked for. */
export interface EvaluationDataset {
  /** "d-" and 32 hex digits. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Changes with its records; null where it is not told. */
  readonly digest: string | null;
  /** Tags in any order. */
  readonly tags: ReadonlyMap<string, string>;
  /** JSON text; null where it is not told. */
  readonly schema: string | null;
  /** JSON text; null where it is not told. */
  readonly profile: string | null;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** The account; null where it is not told. */
  readonly createdBy: string | null;
  /** The account; null where it is not told. */
  readonly lastUpdatedBy: string | null;
  /** The experiments that use it, in any order. */
  experimentIds(): Promise<readonly string[]>;
  /** Its records, as they were added. */
  records(): AsyncIterable<EvaluationRecord>;
}

/** One version of a scorer. */
export interface ScorerVersion {
  /** 1 and upwards. */
  readonly version: number;
  /** The scorer itself: JSON text, as the source keeps it. */
  readonly serialized: string;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
}

/** What judges the answers of an experiment. */
export interface Scorer {
  /** The experiment it belongs to. */
  readonly experimentId: string;
  /** Its name, unique in the experiment. */
  readonly name: string;
  /** Every version, newest first. */
  readonly versions: readonly ScorerVersion[];
}

/** An address that is told of events. What signs those messages is never read. */
export interface Webhook {
  /** Its id. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** Description, possibly empty. */
  readonly description: string;
  /** The address, without user and password. */
  readonly url: string;
  /** "registered_model.created" and the like, in any order. */
  readonly events: readonly string[];
  /** ACTIVE or DISABLED. */
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
}
