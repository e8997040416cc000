/**
 * What the files of what there is besides runs are made from.
 * @module
 */
import type { ExportFolder } from "../../folder/export_folder.ts";
import type { Logger, Progress } from "../../logger.ts";
import type { Experiment, Source } from "../../source/mod.ts";
import type { Shard } from "../order/shard.ts";

/** What is written from where to where. */
export interface ExtrasOptions {
  readonly source: Source;
  readonly folder: ExportFolder;
  /** Those that are exported. */
  readonly experiments: readonly Experiment[];
  /** What belongs to no experiment is in the first. @default {1 of 1} */
  readonly shard?: Shard;
  /** The files of logged models too. @default {false} */
  readonly downloadArtifacts?: boolean;
  /** traces.jsonl: the traces themselves, and not only how many there are. @default {false} */
  readonly exportTraces?: boolean;
  /** Their spans too. @default {false} */
  readonly traceSpans?: boolean;
  /** Takes secrets out of a server's words. @default {(text) => text} */
  readonly redact?: (text: string) => string;
  /** Told about every file and every failure. */
  readonly logger: Logger;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}
