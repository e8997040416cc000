/**
 * A server that has answered, as a {@linkcode Source}.
 * @module
 */
import { endsEverything, statusOf } from "../../errors.ts";
import type { HttpClient } from "../../http/types.ts";
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
} from "../../source/mod.ts";
import type { Credentials } from "../auth/credentials.ts";
import { type ArtifactServer, listArtifacts, listModelFiles } from "./artifacts/list.ts";
import { ArtifactOpener } from "./artifacts/open.ts";
import { MlflowClient } from "./endpoints/client.ts";
import type { Dialect } from "./endpoints/dialect.ts";
import { failureWords } from "./endpoints/failure_words.ts";
import { isOwnWord } from "./endpoints/retries.ts";
import { verdictOn } from "./endpoints/verdict.ts";
import { estimateReading } from "./foresight/reading.ts";
import { readHistories } from "./history/windows.ts";
import { countRuns } from "./listing/counts.ts";
import { filterOf, inWordsOf } from "./listing/filter.ts";
import { RunSearch } from "./listing/search.ts";
import { type StreamedRun, streamRuns } from "./listing/stream.ts";
import { readModels } from "./models.ts";
import type { RestOptions } from "./options.ts";
import { extrasOf } from "./offer.ts";
import { allPages } from "./paging/all_pages.ts";
import { serverProbes } from "./probes.ts";
import { warningsFor } from "./warnings.ts";

/** What {@linkcode MlflowReader} reads with. */
export interface ReaderOptions {
  /** The way to the server. */
  readonly http: HttpClient;
  /** What the server speaks. */
  readonly dialect: Dialect;
  /** Which server it is. */
  readonly identity: SourceIdentity;
  /** Whose account is used. */
  readonly credentials: Credentials;
  /** Pages, concurrency, log. */
  readonly options: RestOptions;
}

/** Reads one server. */
export class MlflowReader implements Source {
  readonly identity: SourceIdentity;
  readonly version: string | null;
  readonly extras: Extras | undefined;
  readonly #http: HttpClient;
  readonly #client: MlflowClient;
  readonly #opener: ArtifactOpener;
  readonly #credentials: Credentials;
  readonly #options: RestOptions;

  /** Creates a reader of the server that speaks the dialect. */
  constructor({ http, dialect, identity, credentials, options }: ReaderOptions) {
    this.identity = identity;
    this.version = dialect.version;
    this.#http = http;
    this.#client = new MlflowClient(http, dialect);
    const extras = extrasOf(http, this.#client, options);
    const modelFiles: Extras["modelFiles"] = ({ id }, signal) =>
      this.#opened(listModelFiles(id, this.#artifactServer(signal)));
    this.extras = extras?.loggedModels && { ...extras, modelFiles } || extras;
    this.#opener = new ArtifactOpener(this.#client, options.logger);
    this.#credentials = credentials;
    this.#options = options;
  }

  get calls(): number {
    return this.#http.calls;
  }

  async warnings(): Promise<readonly string[]> {
    const { headers, authorize } = this.#credentials;
    return await warningsFor(this.#client, {
      hasAccount: authorize !== undefined || "authorization" in headers,
      authorization: headers.authorization,
      hasWorkspace: "x-mlflow-workspace" in headers,
    });
  }

  experiments({ includeDeleted = false }: { readonly includeDeleted?: boolean } = {}): AsyncIterable<Experiment> {
    const maxResults = this.#options.experimentPageSize;
    return allPages((token) => this.#client.experiments({ includeDeleted, maxResults, token }), {
      what: "experiments",
      idOf: (experiment) => experiment.id,
    });
  }

  async checkSelection(experiments: readonly Experiment[], selection: RunSelection): Promise<void> {
    if (!selection.filter) return;
    const filter = filterOf(selection);
    for (const { id } of experiments) {
      try {
        const one = { experimentIds: [id], filter, includeDeleted: false, maxResults: 1 };
        await this.#client.runs({ ...one, retries: (failure) => isOwnWord(failure) ? 0 : undefined });
        return;
      } catch (error) {
        const reason = inWordsOf(filter, error);
        if (endsEverything(reason)) throw reason;
        // This experiment cannot be listed: the next one tells whether the filter can be read.
      }
    }
  }

  runCounts(experiments: readonly Experiment[], selection: RunSelection = {}): Promise<ReadonlyMap<string, number>> {
    const { includeDeleted = false } = selection;
    const { concurrency } = this.#options;
    return countRuns(this.#client, { experiments, filter: filterOf(selection), includeDeleted, concurrency });
  }

  async *listedRuns(experiments: readonly Experiment[], query: ListingQuery = {}): AsyncGenerator<Run> {
    for await (const { run } of this.#stream(experiments, query, new AbortController())) yield run;
  }

  async *runs(experiments: readonly Experiment[], query: RunQuery = {}): AsyncGenerator<RunRecord> {
    const { logger, concurrency } = this.#options;
    const controller = new AbortController();
    yield* readHistories(wanted(this.#stream(experiments, query, controller), query), {
      client: this.#client,
      concurrency,
      logger,
      controller,
    });
  }

  async estimate(experiments: readonly Experiment[], query: EstimateQuery): Promise<ReadingEstimate> {
    const { logger, concurrency } = this.#options;
    const { dialect } = this.#client;
    const runs = this.#stream(experiments, query, new AbortController());
    return await estimateReading(runs, { http: this.#http, dialect, query, concurrency, logger });
  }

  models(): Promise<readonly RegisteredModel[]> {
    return this.#judged(readModels(this.#client, this.#options.logger));
  }

  artifacts(run: Run, signal?: AbortSignal): Promise<readonly ArtifactFile[]> {
    return this.#opened(listArtifacts(run, this.#artifactServer(signal)));
  }

  async workspaces(): Promise<readonly string[] | null> {
    const { dialect } = this.#client;
    if (!dialect.isAtLeast(3, 10) || !(await this.#client.serverInfo()).hasWorkspaces) return null;
    return await this.#client.workspaces();
  }

  probes(run: Run | undefined): readonly Probe[] {
    const { headers, authorize } = this.#credentials;
    const scheme = authorize === undefined ? headers.authorization?.split(" ")[0] : "signed call by call";
    return serverProbes(this.#client, { run, scheme });
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #artifactServer(signal: AbortSignal | undefined): ArtifactServer {
    const { logger, direct } = this.#options;
    return { client: this.#client, opener: this.#opener, direct, logger, signal };
  }

  async #opened(listing: Promise<readonly ArtifactFile[]>): Promise<readonly ArtifactFile[]> {
    const files = await this.#judged(listing);
    return files.map((file) => ({ ...file, open: (...given) => this.#judged(file.open(...given)) }));
  }

  async #judged<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw await verdictOn(error, this.#client);
    }
  }

  #stream(
    experiments: readonly Experiment[],
    query: RunQuery,
    { signal }: AbortController,
  ): AsyncIterable<StreamedRun> {
    const { logger, concurrency, runPageSize: pageSize } = this.#options;
    const { includeDeleted = false, onFailure, needsHistories } = query;
    const search = new RunSearch(this.#client, { filter: filterOf(query), includeDeleted, pageSize, logger, signal });
    return streamRuns(experiments, {
      search,
      concurrency,
      isAlone: needsHistories !== undefined && experiments.length > 1,
      onFailure: onFailure && ((experiment, error): void => {
        onFailure({ experiment, status: statusOf(error), error: failureWords(error) });
      }),
    });
  }
}

/** Leaves out what is done, and asks for no histories that are known. */
async function* wanted(
  stream: AsyncIterable<StreamedRun>,
  { isDone = () => false, needsHistories = () => true }: RunQuery,
): AsyncGenerator<StreamedRun> {
  for await (const streamed of stream) {
    if (isDone(streamed.run)) continue;
    yield needsHistories(streamed.run) ? streamed : { ...streamed, steps: new Map() };
  }
}
