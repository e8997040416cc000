/**
 * What must not leave the house: tags and params that are left out, and text that is blackened, before any row is made of it.
 * Files and payloads are made from the same rows, so that both lack it.
 * @module
 */
import type {
  Dataset,
  EvaluationDataset,
  EvaluationRecord,
  Experiment,
  Extras,
  Json,
  LoggedModel,
  ModelVersion,
  Prompt,
  PromptVersion,
  RegisteredModel,
  Run,
  RunRecord,
  Scorer,
  Source,
  Trace,
  Webhook,
} from "./mod.ts";
import { messageOf, UsageError } from "../errors.ts";
import { withChanges } from "./changes.ts";
import { matcher } from "./glob.ts";

/** Stands where blackened text stood. */
export const REDACTED = "[redacted]";

/** What to take out. */
export interface PrivacyRules {
  /** Regular expressions: text that matches is replaced by {@linkcode REDACTED}, in names, values, sources and descriptions; not in keys and ids. */
  readonly redact: readonly string[];
  /** Tags left out, by key or pattern: of runs, experiments, models and versions. */
  readonly excludeTags: readonly string[];
  /** Params left out, by key or pattern. */
  readonly excludeParams: readonly string[];
}

/** A source that gives the same rows without what the rules take out; the source itself where there are no rules. Throws a UsageError for a pattern that is none. */
export function privateSource(source: Source, rules: PrivacyRules): Source {
  if (rules.redact.length + rules.excludeTags.length + rules.excludeParams.length === 0) return source;
  const clean = cleaner(rules);
  return withChanges(source, {
    async *experiments(options): AsyncGenerator<Experiment> {
      for await (const experiment of source.experiments(options)) yield clean.experiment(experiment);
    },
    async *listedRuns(experiments, query): AsyncGenerator<Run> {
      for await (const run of source.listedRuns(experiments, query)) yield clean.run(run);
    },
    async *runs(experiments, query): AsyncGenerator<RunRecord> {
      for await (const record of source.runs(experiments, query)) yield { ...record, run: clean.run(record.run) };
    },
    estimate: (experiments, query) =>
      source.estimate(experiments, {
        ...query,
        take: (record) => query.take({ ...record, run: clean.run(record.run) }),
      }),
    models: async () => (await source.models()).map(clean.model),
    extras: source.extras && privateExtras(source.extras, clean),
  });
}

function privateExtras(extras: Extras, clean: Cleaner): Extras {
  const { loggedModels, modelFiles, prompts, traces, countTraces, evaluationDatasets, scorers, webhooks } = extras;
  return {
    countTraces,
    modelFiles,
    evaluationDatasets: evaluationDatasets &&
      (async () => (await evaluationDatasets())?.map(clean.evaluationDataset) ?? null),
    scorers: scorers && (async (experiments) => (await scorers(experiments))?.map(clean.scorer) ?? null),
    webhooks: webhooks && (async () => (await webhooks())?.map(clean.webhook) ?? null),
    traces: traces && (async function* (experiment, query): AsyncGenerator<Trace> {
      for await (const trace of traces(experiment, query)) yield clean.trace(trace);
    }),
    prompts: prompts && (async () => (await prompts()).map(clean.prompt)),
    loggedModels: loggedModels && (async function* (experiments): AsyncGenerator<LoggedModel> {
      for await (const model of loggedModels(experiments)) yield clean.loggedModel(model);
    }),
  };
}

/** Throws a UsageError for a pattern that is none. */
export function checkPrivacyRules({ redact }: PrivacyRules): void {
  for (const pattern of redact) readExpression(pattern);
}

function readExpression(text: string): RegExp {
  try {
    return new RegExp(text, "gu");
  } catch (cause) {
    throw new UsageError(`Cannot use --redact "${text}": ${messageOf(cause)}`, { cause });
  }
}

interface Cleaner {
  readonly experiment: (experiment: Experiment) => Experiment;
  readonly run: (run: Run) => Run;
  readonly model: (model: RegisteredModel) => RegisteredModel;
  readonly trace: (trace: Trace) => Trace;
  readonly prompt: (prompt: Prompt) => Prompt;
  readonly loggedModel: (model: LoggedModel) => LoggedModel;
  readonly evaluationDataset: (dataset: EvaluationDataset) => EvaluationDataset;
  readonly scorer: (scorer: Scorer) => Scorer;
  readonly webhook: (webhook: Webhook) => Webhook;
}

function cleaner(rules: PrivacyRules): Cleaner {
  const expressions = rules.redact.map(readExpression);
  const isTagOut = matcher(rules.excludeTags);
  const isParamOut = matcher(rules.excludeParams);

  function text(value: string): string {
    return expressions.reduce((left, expression) => left.replaceAll(expression, REDACTED), value);
  }
  function optional(value: string | null): string | null {
    return value === null ? null : text(value);
  }
  function values(map: ReadonlyMap<string, string>, isOut: (key: string) => boolean): Map<string, string> {
    return new Map([...map].filter(([key]) => !isOut(key)).map(([key, value]) => [key, text(value)]));
  }
  function dataset(given: Dataset): Dataset {
    const { name, source, schema, profile } = given;
    return { ...given, name: text(name), source: text(source), schema: optional(schema), profile: optional(profile) };
  }
  function version(given: ModelVersion): ModelVersion {
    const { source, description, tags } = given;
    return { ...given, source: text(source), description: optional(description), tags: values(tags, isTagOut) };
  }
  function promptVersion(given: PromptVersion): PromptVersion {
    const { tags, commitMessage, responseFormat, modelConfig } = given;
    return {
      ...given,
      text: text(given.text),
      commitMessage: optional(commitMessage),
      responseFormat: optional(responseFormat),
      modelConfig: optional(modelConfig),
      tags: values(tags, isTagOut),
    };
  }
  /** Text anywhere in JSON, but for keys and ids. */
  function json(given: Json, key = ""): Json {
    if (typeof given === "string") return /(?:^|_)id$/.test(key) ? given : text(given);
    if (typeof given !== "object" || given === null) return given;
    if (Array.isArray(given)) return given.map((item) => json(item));
    return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, json(value as Json, name)]));
  }
  function evaluationRecord(given: EvaluationRecord): EvaluationRecord {
    const { inputs, outputs, expectations, tags, source } = given;
    const isObject = typeof tags === "object" && tags !== null && !Array.isArray(tags);
    const kept = isObject ? Object.fromEntries(Object.entries(tags).filter(([key]) => !isTagOut(key))) : tags;
    return {
      ...given,
      inputs: json(inputs),
      outputs: json(outputs),
      expectations: json(expectations),
      tags: json(kept),
      source: json(source),
    };
  }
  return {
    evaluationDataset: (given) => ({
      ...given,
      name: text(given.name),
      schema: optional(given.schema),
      profile: optional(given.profile),
      tags: values(given.tags, isTagOut),
      experimentIds: () => given.experimentIds(),
      async *records(): AsyncGenerator<EvaluationRecord> {
        for await (const record of given.records()) yield evaluationRecord(record);
      },
    }),
    scorer: (given) => ({
      ...given,
      name: text(given.name),
      versions: given.versions.map((version) => ({ ...version, serialized: text(version.serialized) })),
    }),
    webhook: (given) => ({
      ...given,
      name: text(given.name),
      description: text(given.description),
      url: text(given.url),
    }),
    trace: ({ spans, ...given }) => ({
      ...given,
      requestPreview: optional(given.requestPreview),
      responsePreview: optional(given.responsePreview),
      metadata: values(given.metadata, isTagOut),
      tags: values(given.tags, isTagOut),
      assessments: given.assessments.map((assessment) => json(assessment)),
      spans: spans === undefined || "error" in spans ? spans : spans.map((span) => json(span)),
    }),
    prompt: (given) => ({
      ...given,
      name: text(given.name),
      description: text(given.description),
      tags: values(given.tags, isTagOut),
      versions: given.versions.map(promptVersion),
    }),
    experiment: (given) => ({
      ...given,
      name: text(given.name),
      artifactLocation: text(given.artifactLocation),
      tags: values(given.tags, isTagOut),
    }),
    run: (given) => ({
      ...given,
      artifactUri: text(given.artifactUri),
      tags: values(given.tags, isTagOut),
      params: values(given.params, isParamOut),
      datasets: given.datasets.map(dataset),
    }),
    model: (given) => ({
      ...given,
      name: text(given.name),
      description: text(given.description),
      tags: values(given.tags, isTagOut),
      versions: given.versions.map(version),
    }),
    loggedModel: (given) => ({
      ...given,
      name: text(given.name),
      artifactLocation: text(given.artifactLocation),
      tags: values(given.tags, isTagOut),
      params: values(given.params, isParamOut),
      metrics: given.metrics.map((metric) => ({ ...metric, datasetName: optional(metric.datasetName) })),
    }),
  };
}
