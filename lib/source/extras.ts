/**
 * What a tracking system may have besides experiments, runs and registered models. None of it goes to Kiroframe.
 * @module
 */
import type { EvaluationDataset, Scorer, Webhook } from "./evaluation.ts";
import type { ArtifactFile, Experiment, Int64, Json, MetricPoint } from "./shapes.ts";

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

/** One trace. */
export interface Trace {
  /** Its id. */
  readonly id: string;
  /** The experiment it belongs to. */
  readonly experimentId: string;
  /** The id that the client gave the request; null where it gave none. */
  readonly clientRequestId: string | null;
  /** OK, ERROR, IN_PROGRESS or STATE_UNSPECIFIED. */
  readonly state: string;
  /** Milliseconds since the epoch. */
  readonly requestTime: Int64;
  /** Milliseconds; null while it is going on. */
  readonly durationMs: number | null;
  /** The beginning of the request; null where there is none. */
  readonly requestPreview: string | null;
  /** The beginning of the response; null where there is none. */
  readonly responsePreview: string | null;
  /** What cannot be changed of it, in any order. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Tags in any order. */
  readonly tags: ReadonlyMap<string, string>;
  /** Feedback and expectations, as the source tells them. */
  readonly assessments: readonly Json[];
  /** All spans, as the source tells them, or why they could not be read; undefined where they were not asked for. */
  readonly spans?: readonly Json[] | { readonly error: string };
}

/** How {@linkcode Extras.traces} reads. */
export interface TraceQuery {
  /** With their spans, at the cost of a call each. */
  readonly withSpans: boolean;
  /** Ends the reading when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What can be read besides; a member that is missing is something of which the source cannot tell whether there is any. */
export interface Extras {
  /** The logged models of the experiments that are not deleted, newest first over all of them, then by id. */
  readonly loggedModels?: (experiments: readonly Experiment[]) => AsyncIterable<LoggedModel>;
  /** Lists the files of a logged model. Rejects where they cannot be listed. */
  readonly modelFiles?: (model: LoggedModel, signal?: AbortSignal) => Promise<readonly ArtifactFile[]>;
  /** Every prompt with all its versions, by name. */
  readonly prompts?: () => Promise<readonly Prompt[]>;
  /** The traces of one experiment, newest first. */
  readonly traces?: (experiment: Experiment, query: TraceQuery) => AsyncIterable<Trace>;
  /** Every evaluation dataset, in any order; null where that is not told. */
  readonly evaluationDatasets?: () => Promise<readonly EvaluationDataset[] | null>;
  /** The scorers of the experiments that are not deleted, in any order; null where that is not told. */
  readonly scorers?: (experiments: readonly Experiment[]) => Promise<readonly Scorer[] | null>;
  /** Every webhook, in any order; null where that is not told. */
  readonly webhooks?: () => Promise<readonly Webhook[] | null>;
  /** How many traces the experiments have, without reading them; null where that cannot be told. */
  readonly countTraces?: (experiments: readonly Experiment[]) => Promise<number | null>;
}
