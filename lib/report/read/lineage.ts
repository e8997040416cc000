/**
 * Where things come from: gathered from the rows of datasets and the registered models, in bounded memory.
 * @module
 */
import type { DatasetUse, Lineage, LineageNode, ModelFacts } from "../facts/shape.ts";
import { counted, formatCount } from "../page/format.js";
import { shownName } from "../facts/shown.ts";

/** Things in each column of the picture; those with most runs stay. */
const MOST_NODES = 30;

/** Groups of runs held while reading; a folder with more is one where each run has datasets of its own. */
const MOST_GROUPS = 5000;

/** Datasets held while reading, over all experiments. */
const MOST_HELD = 50_000;

/** Datasets of an experiment that are listed. */
const MOST_DATASETS = 20;

/** A dataset's row of experiments_runs_datasets.json. */
export interface DatasetRow {
  readonly experiment_id: string;
  readonly experiment_name: string;
  readonly run_id: string;
  readonly run_name: string | null;
  readonly dataset_name: string | null;
  readonly dataset_digest: string | null;
  readonly dataset_context: string | null;
  readonly dataset_role?: string;
}

interface RunSoFar {
  readonly id: string;
  readonly name: string;
  readonly experimentId: string;
  readonly experimentName: string;
  readonly used: Set<string>;
  readonly made: Set<string>;
}

interface RunGroup {
  readonly first: RunSoFar;
  count: number;
}

interface Use {
  readonly name: string;
  readonly digest: string;
  readonly contexts: Set<string>;
  runs: number;
}

/** Takes the rows of datasets, those of one run one after another. */
export class LineageBuilder {
  readonly #versionsOf = new Map<string, string[]>();
  readonly #labels = new Map<string, Omit<LineageNode, "key">>();
  readonly #groups = new Map<string, RunGroup>();
  readonly #uses = { used: new Map<string, Map<string, Use>>(), produced: new Map<string, Map<string, Use>>() };
  readonly #datasets = new Set<string>();
  #run: RunSoFar | null = null;
  #groupsLeftOut = 0;
  #rowsLeftOut = 0;

  /** @param models what runs became */
  constructor(models: readonly ModelFacts[]) {
    for (const { name, versions } of models) {
      for (const { version, run, aliases } of versions) {
        if (run === null) continue;
        const key = `model ${JSON.stringify([name, version])}`;
        const about = ["model", ...aliases.map((alias) => `@${alias}`)].join(" ");
        this.#labels.set(key, { label: `${name} v${version}`, about });
        this.#versionsOf.set(run.id, [...this.#versionsOf.get(run.id) ?? [], key]);
      }
    }
  }

  /** Takes the next row. */
  add(row: DatasetRow): void {
    if (row.run_id !== this.#run?.id) this.#begin(row);
    if (row.dataset_name === null && row.dataset_digest === null) return;
    const [name, digest] = [shownName(row.dataset_name), shownName(row.dataset_digest)];
    const key = `dataset ${JSON.stringify([name, digest])}`;
    const isMade = row.dataset_role === "produced";
    if (!this.#datasets.has(key) && this.#datasets.size >= MOST_HELD) {
      this.#rowsLeftOut++;
      return;
    }
    this.#datasets.add(key);
    this.#labels.set(key, { label: name === "" ? "(no name)" : name, about: `dataset ${shortDigest(digest)}` });
    const ofRun = isMade ? this.#run!.made : this.#run!.used;
    this.#count(isMade ? "produced" : "used", { row, name, digest, key, isFirst: !ofRun.has(key) });
    ofRun.add(key);
  }

  /** Distinct datasets. */
  get datasets(): number {
    return this.#datasets.size;
  }

  /** The datasets of an experiment, those of most runs first. */
  datasetsOf(experimentId: string, role: "used" | "produced"): readonly DatasetUse[] {
    const uses = [...this.#uses[role].get(experimentId)?.values() ?? []].sort((a, b) => b.runs - a.runs);
    return uses.slice(0, MOST_DATASETS).map((use) => ({ ...use, contexts: [...use.contexts] }));
  }

  /** How many more there are than {@linkcode LineageBuilder.datasetsOf} gives. */
  datasetsLeftOut(experimentId: string): number {
    return [this.#uses.used, this.#uses.produced]
      .map((uses) => Math.max(0, (uses.get(experimentId)?.size ?? 0) - MOST_DATASETS)).reduce((a, b) => a + b);
  }

  /** The picture, and what is not in it. */
  lineage(): { readonly lineage: Lineage; readonly leftOut: readonly string[] } {
    this.#end();
    const groups = [...this.#groups].sort(([, a], [, b]) => b.count - a.count).slice(0, MOST_NODES);
    const weights = { sources: new Map<string, number>(), results: new Map<string, number>() };
    for (const [, { first, count }] of groups) {
      for (const key of first.used) weights.sources.set(key, (weights.sources.get(key) ?? 0) + count);
      for (const key of first.made) weights.results.set(key, (weights.results.get(key) ?? 0) + count);
    }
    const [sources, results] = [heaviest(weights.sources), heaviest(weights.results)];
    const links = groups.flatMap(([key, { first, count }]) => [
      ...[...first.used].filter((from) => sources.has(from)).map((from) => ({
        from: `used ${from}`,
        to: key,
        runs: count,
      })),
      ...[...first.made].filter((to) => results.has(to)).map((to) => ({ from: key, to: `made ${to}`, runs: count })),
    ]);
    const lineage: Lineage = {
      sources: [...sources].map((key) => ({ key: `used ${key}`, ...this.#labels.get(key)! })),
      runs: groups.map(([key, { first, count }]) => ({
        key,
        label: count === 1 ? first.name : counted(count, "run"),
        about: first.experimentName,
      })),
      results: [...results].map((key) => ({ key: `made ${key}`, ...this.#labels.get(key)! })),
      links,
    };
    const missing = [
      [this.#groups.size - groups.length + this.#groupsLeftOut, "groups of runs"],
      [weights.sources.size - sources.size, "datasets used"],
      [weights.results.size - results.size, "datasets and models made"],
    ].filter(([count]) => Number(count) > 0).map(([count, what]) => `${formatCount(Number(count))} ${what}`);
    const leftOut: string[] = [];
    if (missing.length > 0) {
      leftOut.push(`The picture of lineage shows those of most runs; it leaves out ${missing.join(", ")}.`);
    }
    if (this.#rowsLeftOut > 0) {
      leftOut.push(
        `Datasets are counted up to ${formatCount(MOST_HELD)}; ${
          formatCount(this.#rowsLeftOut)
        } more uses are left out.`,
      );
    }
    return { lineage, leftOut };
  }

  #begin(row: DatasetRow): void {
    this.#end();
    this.#run = {
      id: row.run_id,
      name: shownName(row.run_name ?? row.run_id, 60),
      experimentId: row.experiment_id,
      experimentName: shownName(row.experiment_name),
      used: new Set(),
      made: new Set(this.#versionsOf.get(row.run_id) ?? []),
    };
  }

  #end(): void {
    const run = this.#run;
    this.#run = null;
    if (run === null || run.used.size + run.made.size === 0) return;
    const key = `runs ${JSON.stringify([run.experimentId, [...run.used].sort(), [...run.made].sort()])}`;
    const group = this.#groups.get(key);
    if (group !== undefined) group.count++;
    else if (this.#groups.size < MOST_GROUPS) this.#groups.set(key, { first: run, count: 1 });
    else this.#groupsLeftOut++;
  }

  #count(
    role: "used" | "produced",
    { row, name, digest, key, isFirst }: {
      readonly row: DatasetRow;
      readonly name: string;
      readonly digest: string;
      readonly key: string;
      readonly isFirst: boolean;
    },
  ): void {
    let uses = this.#uses[role].get(row.experiment_id);
    if (uses === undefined) this.#uses[role].set(row.experiment_id, uses = new Map());
    let use = uses.get(key);
    if (use === undefined) uses.set(key, use = { name, digest: shortDigest(digest), contexts: new Set(), runs: 0 });
    if (isFirst) use.runs++;
    if (row.dataset_context !== null && use.contexts.size < 5) use.contexts.add(shownName(row.dataset_context, 30));
  }
}

/** As long as the ids of datasets have it (spec, "Keys", dataset row). */
function shortDigest(digest: string): string {
  return [...digest].slice(0, 8).join("");
}

function heaviest(weights: ReadonlyMap<string, number>): Set<string> {
  return new Set([...weights].sort(([, a], [, b]) => b - a).slice(0, MOST_NODES).map(([key]) => key));
}
