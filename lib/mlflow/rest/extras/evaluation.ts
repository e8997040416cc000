/**
 * The evaluation datasets, scorers and webhooks of a server.
 * @module
 */
import pMap from "p-map";
import { HttpError } from "../../../http/failure/errors.ts";
import type { EvaluationDataset, Experiment, Scorer, ScorerVersion, Webhook } from "../../../source/mod.ts";
import { isClosed } from "../endpoints/closed.ts";
import { isMissing } from "../endpoints/dialect.ts";
import { retriesOfCount as retries } from "../endpoints/retries.ts";
import { allPages } from "../paging/all_pages.ts";
import type { ExtrasClient } from "./client.ts";
import type { ListedScorer } from "./evaluation_wire.ts";

/** Before 3.13 scorers are told an experiment a call: of more experiments than these nobody asks, since every export would pay for it. */
const MAX_SCORER_EXPERIMENTS = 100;
/** Things a page: the most that both listings take. */
const PAGE_SIZE = 50;
/** Records a page: each may hold a long text. */
const RECORD_PAGE_SIZE = 200;

/** Reads from one server. Each list is null where that does not tell, and empty where a server of this version has none. */
export class EvaluationReader {
  readonly #client: ExtrasClient;
  readonly #concurrency: number;

  /** @param concurrency Calls side by side. */
  constructor(client: ExtrasClient, concurrency: number) {
    this.#client = client;
    this.#concurrency = concurrency;
  }

  /** All of the server, newest first. */
  async datasets(): Promise<readonly EvaluationDataset[] | null> {
    const client = this.#client;
    const pages = allPages((token) => client.evaluationDatasets({ maxResults: PAGE_SIZE, token, retries }), {
      what: "evaluation datasets",
      idOf: ({ id }) => id,
    });
    return await orNone(async () =>
      (await Array.fromAsync(pages)).map((listed): EvaluationDataset => ({
        ...listed,
        experimentIds: () => client.datasetExperiments(listed.id),
        records: () =>
          allPages((token) => client.datasetRecords(listed.id, { maxResults: RECORD_PAGE_SIZE, token }), {
            what: `the records of evaluation dataset ${listed.id}`,
            idOf: ({ id }) => id,
          }),
      }))
    );
  }

  /** Those of the experiments that are not deleted: MLflow refuses to tell others. */
  async scorers(experiments: readonly Experiment[]): Promise<readonly Scorer[] | null> {
    const ids = new Set(experiments.filter(({ lifecycleStage }) => lifecycleStage === "active").map(({ id }) => id));
    if (ids.size === 0) return [];
    const listed = await orNone(async () => await this.#allScorers() ?? await this.#scorersOf([...ids]));
    if (listed === null) return null;
    const wanted = listed.filter(({ experimentId }) => ids.has(experimentId));
    return await this.#each(wanted, async (scorer) => ({
      experimentId: scorer.experimentId,
      name: scorer.name,
      versions: await this.#versionsOf(scorer),
    }));
  }

  /** All of the server. */
  async webhooks(): Promise<readonly Webhook[] | null> {
    const pages = allPages((token) => this.#client.webhooks({ maxResults: PAGE_SIZE, token, retries }), {
      what: "webhooks",
      idOf: ({ id }) => id,
    });
    return await orNone(() => Array.fromAsync(pages));
  }

  /** In one call; undefined where the server wants an experiment to be named. */
  async #allScorers(): Promise<readonly ListedScorer[] | undefined> {
    try {
      return await this.#client.scorers(undefined, { retries });
    } catch (error) {
      if (error instanceof HttpError && error.status === 400) return undefined;
      throw error;
    }
  }

  async #scorersOf(ids: readonly string[]): Promise<readonly ListedScorer[] | null> {
    if (ids.length > MAX_SCORER_EXPERIMENTS) return null;
    return (await this.#each(ids, (id) => this.#client.scorers(id, { retries }))).flat();
  }

  async #versionsOf(scorer: ListedScorer): Promise<readonly ScorerVersion[]> {
    const versions = scorer.version === 1 ? [scorer] : await this.#client.scorerVersions(scorer);
    return versions.map(({ version, serialized, created }) => ({ version, serialized, created }))
      .toSorted((a, b) => b.version - a.version);
  }

  #each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    return pMap(items, work, { concurrency: this.#concurrency });
  }
}

/**
 * Returns what a listing gives; nothing where a server of this version, or of its kind of store, has no such things, and null where it is
 * closed to us, or the server crashes without a word, as one with a folder for a store does over scorers and webhooks.
 */
async function orNone<T>(list: () => Promise<readonly T[] | null>): Promise<readonly T[] | null> {
  try {
    return await list();
  } catch (error) {
    // Each of them came with a release of its own after 3.0.
    if (isMissing(error) || error instanceof HttpError && error.errorCode === "FEATURE_DISABLED") return [];
    if (isClosed(error) || error instanceof HttpError && error.status === 500 && error.errorCode === null) return null;
    throw error;
  }
}
