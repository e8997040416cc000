/**
 * What must not leave the house: tags and params that are left out, and text that is blackened, before any row is made of it.
 * Files and payloads are made from the same rows, so that both lack it.
 * @module
 */
import type { Dataset, Experiment, ModelVersion, RegisteredModel, Run, RunRecord, Source } from "./mod.ts";
import { matcher } from "./glob.ts";

/** Stands where blackened text stood. */
export const REDACTED = "[redacted]";

/** What to take out. */
export interface PrivacyRules {
  /** Text that matches is replaced by {@linkcode REDACTED}, in names, values, sources and descriptions; not in keys and ids. */
  readonly redact: readonly RegExp[];
  /** Tags left out, by key or pattern: of runs, experiments, models and versions. */
  readonly excludeTags: readonly string[];
  /** Params left out, by key or pattern. */
  readonly excludeParams: readonly string[];
}

/** A source that gives the same rows without what the rules take out; the source itself where there are no rules. */
export function privateSource(source: Source, rules: PrivacyRules): Source {
  if (rules.redact.length + rules.excludeTags.length + rules.excludeParams.length === 0) return source;
  const clean = cleaner(rules);
  // A copy by hand: a source may be a class, whose methods no spread would take along.
  return {
    importSource: source.importSource,
    sourceId: source.sourceId,
    displayUrl: source.displayUrl,
    secrets: source.secrets,
    version: () => source.version(),
    warnings: () => source.warnings(),
    async *experiments(options): AsyncGenerator<Experiment> {
      for await (const experiment of source.experiments(options)) yield clean.experiment(experiment);
    },
    runCounts: (experiments, query) => source.runCounts(experiments, query),
    async *runs(experiments, query): AsyncGenerator<RunRecord> {
      for await (const record of source.runs(experiments, query)) yield { ...record, run: clean.run(record.run) };
    },
    models: async () => (await source.models()).map(clean.model),
    artifacts: (run) => source.artifacts(run),
    close: () => source.close(),
  };
}

interface Cleaner {
  readonly experiment: (experiment: Experiment) => Experiment;
  readonly run: (run: Run) => Run;
  readonly model: (model: RegisteredModel) => RegisteredModel;
}

function cleaner(rules: PrivacyRules): Cleaner {
  const isTagOut = matcher(rules.excludeTags);
  const isParamOut = matcher(rules.excludeParams);

  function text(value: string): string {
    return rules.redact.reduce((left, expression) => left.replaceAll(expression, REDACTED), value);
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
  return {
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
  };
}
