/**
 * What a tracking system may have besides experiments, runs and registered models. None of it goes to Kiroframe.
 * @module
 */
import type { Experiment, Int64, MetricPoint } from "./shapes.ts";

/** One value that was logged of a model, and what it was measured on. */
export interface LoggedModelMetric extends MetricPoint {
  /** The metric. */
  readonly key: string;
  /** The run that logged it; null where none is named. */
  readonly runId: string | null;
  /** The dataset it was measured on; null where none is named. */
  readonly datasetName: string | null;
  /** That dataset's digest; null where none is named. */
  readonly datasetDigest: string | null;
}

/** A model as it was logged, whether it was registered or not (MLflow 3). */
export interface LoggedModel {
  /** Its id: "m-" and 32 hex digits. */
  readonly id: string;
  /** The experiment it belongs to. */
  readonly experimentId: string;
  /** Not its own alone: a model that is logged at each epoch has the same name each time. */
  readonly name: string;
  /** PENDING, READY or FAILED; UNSPECIFIED where the source tells none of them. */
  readonly status: string;
  /** "agent", "llm", …; null where none was given. */
  readonly modelType: string | null;
  /** The run that made it; null where none is named. */
  readonly sourceRunId: string | null;
  /** URI of its files. */
  readonly artifactLocation: string;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** Tags in any order. */
  readonly tags: ReadonlyMap<string, string>;
  /** Params in any order. */
  readonly params: ReadonlyMap<string, string>;
  /** All values that were logged, in any order. */
  readonly metrics: readonly LoggedModelMetric[];
}

/** One version of a prompt. */
export interface PromptVersion {
  /** Version number as text. */
  readonly version: string;
  /** "text", or "chat" where the text is JSON of messages. */
  readonly type: string;
  /** The template itself. */
  readonly text: string;
  /** What was said of the change; null where nothing was. */
  readonly commitMessage: string | null;
  /** The form of the answer that is asked for, as JSON text; null where none was given. */
  readonly responseFormat: string | null;
  /** The model and its settings, as JSON text; null where none were given. */
  readonly modelConfig: string | null;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** Tags in any order, without those in which MLflow keeps the above. */
  readonly tags: ReadonlyMap<string, string>;
  /** Aliases that point at this version, in any order. */
  readonly aliases: readonly string[];
}

/** One prompt of the registry. */
export interface Prompt {
  /** Its name, unique on the server; any text. */
  readonly name: string;
  /** Description, possibly empty. */
  readonly description: string;
  /** Tags in any order. */
  readonly tags: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly created: Int64;
  /** Milliseconds since the epoch. */
  readonly lastUpdated: Int64;
  /** Every version, newest first. */
  readonly versions: readonly PromptVersion[];
}

/** What can be read besides; a member that is missing is something of which the source cannot tell whether there is any. */
export interface Extras {
  /** The logged models of the experiments that are not deleted, newest first over all of them, then by id. */
  readonly loggedModels?: (experiments: readonly Experiment[]) => AsyncIterable<LoggedModel>;
  /** Every prompt with all its versions, by name. */
  readonly prompts?: () => Promise<readonly Prompt[]>;
}
