/**
 * What a server makes of filters and orders: see {@linkcode QueryLanguage}.
 * @module
 */
import type { WorldExperiment, WorldModel, WorldModelVersion, WorldRun } from "../../world/types.ts";
import type { Dialect } from "./dialect.ts";

export type Order<T> = (a: T, b: T) => number;

/** A registered model, or one of its versions. */
export interface Candidate {
  /** The model, also where a version is meant. */
  readonly model: WorldModel;
  /** The version, where one is meant. */
  readonly version?: WorldModelVersion;
  /** The thing's own tags. */
  readonly tags: ReadonlyMap<string, string>;
}

/** The filters ("" for all) and orders (none for the default) of the listings. Each method throws a refusal for what it cannot read. */
export interface QueryLanguage {
  /** The filter of runs/search. */
  runFilter(filter: string, dialect: Dialect): (run: WorldRun) => boolean;
  /** The order of runs/search; null for the default, in which a world keeps its runs. */
  runOrder(orderBy: readonly string[], dialect: Dialect): Order<WorldRun> | null;
  /** The order of experiments/search. */
  experimentOrder(orderBy: readonly string[]): Order<WorldExperiment>;
  /** The filter of registered-models/search and model-versions/search. */
  modelFilter(filter: string, dialect: Dialect): (candidate: Candidate) => boolean;
  /** The order of model-versions/search. */
  versionOrder(orderBy: readonly string[]): Order<WorldModelVersion>;
}
