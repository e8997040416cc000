/**
 * What is read of a server that has answered: experiments, runs, models, artifacts. Loaded when the first call is over, for
 * the shapes of MLflow's replies take longer to build than the server to answer.
 * @module
 */
import { UsageError } from "../../errors.ts";
import { HttpError } from "../../http/failure/errors.ts";
import type { HttpClient } from "../../http/types.ts";
import type {
  ArtifactFile,
  Experiment,
  RegisteredModel,
  Run,
  RunQuery,
  RunRecord,
  SourceOptions,
} from "../../source/mod.ts";
import { listArtifacts } from "./artifacts/list.ts";
import { MlflowClient } from "./endpoints/client.ts";
import type { Dialect } from "./endpoints/dialect.ts";
import { readHistories } from "./history/windows.ts";
import { readModels } from "./models.ts";
import { allPages } from "./paging/all_pages.ts";
import { countRuns } from "./listing/counts.ts";
import { RunSearch } from "./listing/search.ts";
import { type StreamedRun, streamRuns } from "./listing/stream.ts";
import { type WarningOptions, warningsFor } from "./warnings.ts";

/** Reads one server; its methods are those of {@linkcode Source}. */
export class MlflowReader {
  readonly #client: MlflowClient;
  readonly #options: SourceOptions;

  /** Creates a reader of the server that speaks the dialect. */
  constructor(http: HttpClient, dialect: Dialect, options: SourceOptions) {
    this.#client = new MlflowClient(http, dialect);
    this.#options = options;
  }

  /** What the account cannot see. */
  warnings(options: WarningOptions): Promise<string[]> {
    return warningsFor(this.#client, options);
  }

  /** Experiments, newest first. */
  experiments({ includeDeleted = false }: { readonly includeDeleted?: boolean }): AsyncIterable<Experiment> {
    const maxResults = this.#options.experimentPageSize;
    return allPages((token) => this.#client.experiments({ includeDeleted, maxResults, token }), {
      what: "experiments",
      idOf: (experiment) => experiment.id,
    });
  }

  /** Runs of each experiment, by its id. */
  runCounts(experiments: readonly Experiment[], query: RunQuery): Promise<ReadonlyMap<string, number>> {
    const { filter = "", includeDeleted = false } = query;
    const { concurrency } = this.#options;
    return countRuns(this.#client, { experiments, filter, includeDeleted, concurrency });
  }

  /** Runs with their histories. Throws a UsageError for a filter that MLflow refuses. */
  async *runs(experiments: readonly Experiment[], query: RunQuery): AsyncGenerator<RunRecord> {
    const client = this.#client;
    const { logger, concurrency, runPageSize: pageSize } = this.#options;
    const { filter = "", includeDeleted = false, isDone } = query;
    const controller = new AbortController();
    const search = new RunSearch(client, { filter, includeDeleted, pageSize, logger, signal: controller.signal });
    const stream = streamRuns(experiments, { search, concurrency });
    const records = readHistories(isDone === undefined ? stream : skip(stream, isDone), {
      client,
      concurrency,
      logger,
      controller,
    });
    try {
      yield* records;
    } catch (error) {
      if (filter === "" || !(error instanceof HttpError) || error.errorCode !== "INVALID_PARAMETER_VALUE") throw error;
      throw new UsageError(`MLflow refused the filter ${filter}: ${error.serverMessage}`, { cause: error });
    }
  }

  /** Registered models with their versions. */
  models(): Promise<readonly RegisteredModel[]> {
    return readModels(this.#client, this.#options.logger);
  }

  /** Files of a run. */
  artifacts(run: Run): Promise<readonly ArtifactFile[]> {
    return listArtifacts(this.#client, run);
  }
}

async function* skip(
  stream: AsyncIterable<StreamedRun>,
  isDone: (run: Run) => boolean,
): AsyncGenerator<StreamedRun> {
  for await (const streamed of stream) if (!isDone(streamed.run)) yield streamed;
}
