/**
 * The kinds of sources there are, by --import-type. A new one is a folder beside lib/mlflow and one line here.
 * @module
 */
import type { MlflowOptions } from "../mlflow/mod.ts";
import type { SourceKind } from "../source/mod.ts";

/** What any kind is made from: the options of all of them together. */
export type AnySourceOptions = MlflowOptions;

/** Loads each kind when it is asked for, so that --help loads none. */
export const SOURCES = {
  mlflow: async (): Promise<SourceKind<AnySourceOptions>> => (await import("../mlflow/mod.ts")).MLFLOW,
} as const;

export type ImportType = keyof typeof SOURCES;
