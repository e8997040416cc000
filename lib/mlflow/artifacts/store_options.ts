/**
 * What a reader of MLflow is given, whichever way it reads.
 * @module
 */
import type { SourceOptions } from "../../source/mod.ts";
import type { DirectStores } from "./direct.ts";

/** Options of any source, and the ways to artifacts past it. */
export interface StoreOptions extends SourceOptions {
  /** Ways to artifacts that the source does not hand out. @default {none} */
  readonly direct?: DirectStores;
}
