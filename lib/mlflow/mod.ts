/**
 * MLflow as a {@linkcode Source}: reads any tracking server from 1.15 to 3.x over plain HTTP. This room may import
 * lib/http, errors, json and the interfaces of source.ts, sources.ts and terminal/types.ts, and nothing else.
 * @module
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { UsageError } from "../errors.ts";
import { createHttpClient } from "../http/client.ts";
import { HttpError } from "../http/errors.ts";
import { Limiter } from "../http/limiter.ts";
import { patienceFrom } from "../http/patience.ts";
import { createTransport } from "../http/transport.ts";
import type { HttpClient } from "../http/types.ts";
import type { ArtifactFile, Experiment, RegisteredModel, Run, RunQuery, RunRecord, Source } from "../source.ts";
import type { SourceOptions } from "../sources.ts";
import { listArtifacts } from "./artifacts.ts";
import { MlflowClient } from "./client.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { findDialect } from "./dialect.ts";
import { mlflowHint } from "./hints.ts";
import { readHistories } from "./history.ts";
import { readModels } from "./models.ts";
import { allPages } from "./paging.ts";
import { countRuns } from "./run_counts.ts";
import { RunSearch } from "./run_search.ts";
import { type StreamedRun, streamRuns } from "./run_stream.ts";
import { sourceIdOf } from "./source_id.ts";
import { warningsFor } from "./warnings.ts";

/** Makes the source of --import-type mlflow. Nothing is asked of the server before the first method is called. */
export async function createMlflowSource(options: SourceOptions): Promise<Source> {
  const credentials = await readCredentials({
    trackingUrl: options.trackingUrl,
    env: options.env,
    homeFolder: options.env["HOME"] ?? options.env["USERPROFILE"] ?? homedir(),
    readTextFile: (path) => readFile(path, "utf8"),
  });
  return new MlflowSource(options, credentials);
}

/** One tracking server. */
class MlflowSource implements Source {
  readonly importSource = "mlflow";
  readonly sourceId: string;
  readonly displayUrl: string;
  readonly secrets: readonly string[];
  readonly #options: SourceOptions;
  readonly #credentials: Credentials;
  readonly #prefix: string;
  readonly #http: HttpClient;
  /** Ends what is on its way when the source is closed. */
  readonly #closing = new AbortController();
  #client: Promise<MlflowClient> | undefined;

  constructor(options: SourceOptions, credentials: Credentials) {
    const { env, logger, signal } = options;
    this.sourceId = sourceIdOf(options.trackingUrl);
    this.displayUrl = credentials.baseUrl;
    this.secrets = credentials.secrets;
    this.#options = options;
    this.#credentials = credentials;
    const { origin, pathname } = new URL(credentials.baseUrl);
    this.#prefix = pathname.replace(/\/$/, "");
    this.#http = createHttpClient({
      // Paths carry the prefix: behind one, MLflow 2.x has some endpoints outside of it.
      baseUrl: origin,
      service: "MLflow",
      headers: credentials.headers,
      transport: createTransport({ env, tls: credentials.tls, keepAlive: false }),
      limiter: new Limiter({ max: options.concurrency }),
      ...patienceFrom(env, "MLFLOW"),
      logger,
      hintFor: mlflowHint,
      signal: signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]),
    });
  }

  async version(): Promise<string | null> {
    return (await this.#contact()).dialect.version;
  }

  async warnings(): Promise<readonly string[]> {
    const { headers, warnings } = this.#credentials;
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    return [
      ...warnings,
      ...await warningsFor(await this.#contact(), {
        hasAccount: names.includes("authorization"),
        hasWorkspace: names.includes("x-mlflow-workspace"),
      }),
    ];
  }

  async *experiments(options: { readonly includeDeleted?: boolean } = {}): AsyncGenerator<Experiment> {
    const client = await this.#contact();
    const { includeDeleted = false } = options;
    const maxResults = this.#options.experimentPageSize;
    yield* allPages((token) => client.experiments({ includeDeleted, maxResults, token }), {
      what: "experiments",
      idOf: (experiment) => experiment.id,
    });
  }

  async runCounts(experiments: readonly Experiment[], query: RunQuery = {}): Promise<ReadonlyMap<string, number>> {
    const { filter = "", includeDeleted = false } = query;
    const { concurrency } = this.#options;
    return await countRuns(await this.#contact(), { experiments, filter, includeDeleted, concurrency });
  }

  async *runs(experiments: readonly Experiment[], query: RunQuery = {}): AsyncGenerator<RunRecord> {
    const client = await this.#contact();
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

  async models(): Promise<readonly RegisteredModel[]> {
    return await readModels(await this.#contact(), this.#options.logger);
  }

  async artifacts(run: Run): Promise<readonly ArtifactFile[]> {
    return await listArtifacts(await this.#contact(), run);
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException("The source is closed", "AbortError"));
    // A first call that nobody waits for may still be on its way.
    await this.#client?.catch(() => {});
    await this.#http.close();
  }

  #contact(): Promise<MlflowClient> {
    this.#client ??= findDialect(this.#http, this.#prefix).then((dialect) => new MlflowClient(this.#http, dialect));
    return this.#client;
  }
}

async function* skip(
  stream: AsyncIterable<StreamedRun>,
  isDone: (run: Run) => boolean,
): AsyncGenerator<StreamedRun> {
  for await (const streamed of stream) if (!isDone(streamed.run)) yield streamed;
}
