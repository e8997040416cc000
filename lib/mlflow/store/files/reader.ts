/**
 * A file store as a {@linkcode Source}.
 * @module
 */
import { join } from "node:path";
import { AppError, messageOf } from "../../../errors.ts";
import type { Logger } from "../../../logger.ts";
import type {
  ArtifactFile,
  EstimateQuery,
  Experiment,
  Extras,
  ListingQuery,
  Probe,
  ReadingEstimate,
  RegisteredModel,
  Run,
  RunQuery,
  RunRecord,
  RunSelection,
  Source,
  SourceIdentity,
} from "../../../source/mod.ts";
import { entriesOf, isFileError } from "../../../runtime/entries.ts";
import { promptsOf } from "../../extras/prompts.ts";
import { predicateOf, type RunPredicate } from "../filter/match.ts";
import type { DirectStores } from "../../artifacts/direct.ts";
import { listModelArtifacts, listRunArtifacts } from "./artifacts.ts";
import { breather } from "./breath.ts";
import { DatasetReader } from "./datasets.ts";
import { FileTally } from "./estimate.ts";
import { isOfMlflow1, listExperiments } from "./experiments.ts";
import { readLoggedModels } from "./logged_models.ts";
import { readRegistry } from "./registry.ts";
import { readRun, type StoredRun } from "./run.ts";
import { NotReadable } from "./meta/read.ts";
import type { RunMeta } from "./meta/run.ts";
import { experimentFolder, type ListedRun, listRuns } from "./runs.ts";
import { Skipped } from "./skipped.ts";

/** What {@linkcode FileReader} reads with. */
export interface FileReaderOptions {
  /** Which store it is. */
  readonly identity: SourceIdentity;
  /** The folder. */
  readonly root: string;
  /** Told of what is passed over. */
  readonly logger: Logger;
  /** Ways to artifacts that are not on this machine. @default {none} */
  readonly direct?: DirectStores;
  /** Ends all reading. */
  readonly signal?: AbortSignal;
}

/** Reads one folder of experiments, and writes nothing to it. */
export class FileReader implements Source {
  readonly identity: SourceIdentity;
  /** A folder does not tell which release wrote it. */
  readonly version = null;
  readonly calls = 0;
  readonly extras: Extras;
  readonly #options: FileReaderOptions;
  readonly #skipped: Skipped;
  readonly #breathe: () => Promise<void>;

  /** Creates a reader of the folder. */
  constructor(options: FileReaderOptions) {
    this.identity = options.identity;
    this.#options = options;
    this.#skipped = new Skipped(options.logger);
    this.#breathe = breather(options.signal);
    const reading = { notes: this.#skipped, breathe: this.#breathe };
    this.extras = {
      modelFiles: ({ id, experimentId }, signal) =>
        listModelArtifacts(experimentFolder(options.root, experimentId), id, { direct: options.direct, signal }),
      loggedModels: (experiments) => readLoggedModels(options.root, { ...reading, experiments }),
      countTraces: (experiments) => Promise.resolve(countTraces(options.root, experiments)),
      prompts: async () => {
        await this.#breathe();
        return promptsOf(readRegistry(options.root, this.#skipped, { prompts: true }));
      },
    };
  }

  warnings(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  async *experiments(
    { includeDeleted = false }: { readonly includeDeleted?: boolean } = {},
  ): AsyncGenerator<Experiment> {
    const listed = await listExperiments(this.#options.root, { includeDeleted, notes: this.#skipped });
    for (const { created: _created, ...experiment } of listed) yield experiment;
  }

  async checkSelection(_experiments: readonly Experiment[], selection: RunSelection): Promise<void> {
    await Promise.resolve(predicateOf(selection));
  }

  /** The powers of two that a server tells: machines that read its REST API come to the same shards. */
  async runCounts(
    experiments: readonly Experiment[],
    selection: RunSelection = {},
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { id } of experiments) {
      let count = 0;
      if (selection.filter) { for await (const _ of this.#read(id, selection)) count++; }
      else count = (await this.#list(id, selection)).length;
      counts.set(id, count === 0 ? 0 : 2 ** Math.floor(Math.log2(count)));
    }
    return counts;
  }

  async *listedRuns(experiments: readonly Experiment[], query: ListingQuery = {}): AsyncGenerator<Run> {
    for (const experiment of experiments) {
      for await (const { run } of this.#stored(experiment, query)) yield run;
    }
  }

  async *runs(experiments: readonly Experiment[], query: RunQuery = {}): AsyncGenerator<RunRecord> {
    const { isDone = () => false, needsHistories = () => true } = query;
    for (const experiment of experiments) {
      for await (const { run, histories } of this.#stored(experiment, query)) {
        if (isDone(run)) continue;
        // Of a metric whose file is damaged a listing tells nothing.
        const isWanted = [...histories.values()].some((history) => "error" in history) || needsHistories(run);
        yield { experiment, run, histories: isWanted ? histories : new Map() };
      }
    }
    this.#skipped.tellCount();
  }

  /** A run that is told by its meta.yaml is listed; where more of it tells whether it is wanted, it is read. */
  async estimate(experiments: readonly Experiment[], query: EstimateQuery): Promise<ReadingEstimate> {
    const { needsHistories = () => true } = query;
    const mustRead = Boolean(query.filter) || query.needsHistories !== undefined;
    const tally = new FileTally();
    for (const experiment of experiments) {
      const runs = mustRead ? this.#stored(experiment, query) : this.#listed(experiment, query);
      for await (const one of runs) {
        if ("run" in one) tally.add(experiment, one.run.id, { isKnown: !needsHistories(one.run) });
        else tally.add(experiment, one.id, { isKnown: false });
      }
    }
    return await tally.estimate((experiment, ids) => this.#readRuns(experiment.id, ids, query), query);
  }

  async models(): Promise<readonly RegisteredModel[]> {
    await this.#breathe();
    const models = readRegistry(this.#options.root, this.#skipped, { prompts: false });
    this.#skipped.tellCount();
    return models;
  }

  artifacts(run: Run, signal?: AbortSignal): Promise<readonly ArtifactFile[]> {
    const { root, direct } = this.#options;
    return listRunArtifacts(experimentFolder(root, run.experimentId), run, { direct, signal });
  }

  probes(): readonly Probe[] {
    const age = this.#isOfMlflow1 ? "MLflow 1" : "MLflow 2 or 3";
    return [{ check: "folder", look: () => Promise.resolve({ found: `files as ${age} writes them` }) }];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Lists runs by what their meta.yaml says; a filter looks into the rest. */
  #list(experimentId: string, selection: RunSelection): Promise<ListedRun[]> {
    const isInTime = predicateOf({ ...selection, filter: "" });
    return listRuns(experimentFolder(this.#options.root, experimentId), {
      experimentId,
      isWanted: (meta) => isShown(meta, selection) && isInTime({ ...EMPTY, ...meta }),
      notes: this.#skipped,
      breathe: this.#breathe,
    });
  }

  /** An experiment's runs; what keeps them from being read is told to whoever asked to be told. */
  async *#stored(experiment: Experiment, query: ListingQuery): AsyncGenerator<StoredRun> {
    try {
      yield* this.#read(experiment.id, query);
    } catch (error) {
      tellFailure(error, experiment, query);
    }
  }

  /** The same, without reading the runs. */
  async *#listed(experiment: Experiment, query: ListingQuery): AsyncGenerator<ListedRun> {
    try {
      yield* await this.#list(experiment.id, query);
    } catch (error) {
      tellFailure(error, experiment, query);
    }
  }

  async *#read(id: string, selection: RunSelection): AsyncGenerator<StoredRun> {
    const listed = await this.#list(id, selection);
    yield* this.#readRuns(id, listed.map((run) => run.id), selection);
  }

  async *#readRuns(id: string, runIds: readonly string[], selection: RunSelection): AsyncGenerator<StoredRun> {
    const { root, logger } = this.#options;
    const isSelected: RunPredicate = predicateOf(selection);
    const folder = experimentFolder(root, id);
    const options = {
      experimentId: id,
      isSorted: !this.#isOfMlflow1,
      datasets: new DatasetReader(),
      notes: this.#skipped,
      logger,
    };
    for (const runId of runIds) {
      await this.#breathe();
      try {
        const stored = await readRun(join(folder, runId), options);
        if (isShown(stored.run, selection) && isSelected(stored.run)) yield stored;
      } catch (error) {
        if (!(error instanceof NotReadable)) throw error;
        this.#skipped.note(join(folder, runId), error.message);
      }
    }
  }

  #age: boolean | undefined;

  get #isOfMlflow1(): boolean {
    return this.#age ??= isOfMlflow1(this.#options.root);
  }
}

function tellFailure(error: unknown, experiment: Experiment, { onFailure }: ListingQuery): void {
  if (!isFileError(error)) throw error;
  const message = `Cannot read the runs of experiment ${experiment.id}: ${messageOf(error)}`;
  if (onFailure === undefined) throw new AppError(message, { cause: error });
  onFailure({ experiment, status: null, error: message });
}

/** A folder each. What MLflow 3 has besides them, a file store cannot hold. */
function countTraces(root: string, experiments: readonly Experiment[]): number {
  const countOf = ({ id }: Experiment): number =>
    entriesOf(join(experimentFolder(root, id), "traces")).filter(({ kind }) => kind === "folder").length;
  return experiments.reduce((sum, experiment) => sum + countOf(experiment), 0);
}

const EMPTY = { tags: new Map(), params: new Map(), metrics: new Map(), datasets: [], modelIds: [] };

function isShown({ lifecycleStage }: Pick<RunMeta, "lifecycleStage">, { includeDeleted }: RunSelection): boolean {
  return includeDeleted === true || lifecycleStage === "active";
}
