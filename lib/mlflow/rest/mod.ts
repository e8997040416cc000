/**
 * MLflow as a {@linkcode Source}: reads any tracking server from 1.15 to 3.x over plain HTTP. This room may import
 * lib/http, errors, json and the interfaces of source.ts and terminal/types.ts, and nothing else.
 * @module
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { createHttpClient } from "../../http/client.ts";
import { Limiter } from "../../http/limiter.ts";
import { patienceFrom } from "../../http/patience.ts";
import { createTransport } from "../../http/connection/transport.ts";
import type { HttpClient } from "../../http/types.ts";
import type {
  ArtifactFile,
  Experiment,
  RegisteredModel,
  Run,
  RunQuery,
  RunRecord,
  Source,
  SourceOptions,
} from "../../source/mod.ts";
import { type Credentials, readCredentials } from "../auth/credentials.ts";
import { type Dialect, findDialect } from "./endpoints/dialect.ts";
import { mlflowHint } from "./hints.ts";
import type { MlflowReader } from "./reader.ts";
import { sourceIdOf } from "../uri/source_id.ts";

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

/** One tracking server: the way to it, and the first contact. */
class MlflowSource implements Source {
  readonly importSource = "mlflow";
  readonly sourceId: string;
  readonly displayUrl: string;
  readonly secrets: readonly string[];
  readonly #options: SourceOptions;
  readonly #credentials: Credentials;
  readonly #prefix: string;
  readonly #http: HttpClient;
  #dialect: Promise<Dialect> | undefined;
  #reader: Promise<MlflowReader> | undefined;

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
      signal,
    });
  }

  async version(): Promise<string | null> {
    return (await this.#contact()).version;
  }

  async warnings(): Promise<readonly string[]> {
    const { headers, warnings } = this.#credentials;
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    return [
      ...warnings,
      ...await (await this.#read()).warnings({
        hasAccount: names.includes("authorization"),
        hasWorkspace: names.includes("x-mlflow-workspace"),
      }),
    ];
  }

  async *experiments(options: { readonly includeDeleted?: boolean } = {}): AsyncGenerator<Experiment> {
    yield* (await this.#read()).experiments(options);
  }

  async runCounts(experiments: readonly Experiment[], query: RunQuery = {}): Promise<ReadonlyMap<string, number>> {
    return await (await this.#read()).runCounts(experiments, query);
  }

  async *runs(experiments: readonly Experiment[], query: RunQuery = {}): AsyncGenerator<RunRecord> {
    yield* (await this.#read()).runs(experiments, query);
  }

  async models(): Promise<readonly RegisteredModel[]> {
    return await (await this.#read()).models();
  }

  async artifacts(run: Run): Promise<readonly ArtifactFile[]> {
    return await (await this.#read()).artifacts(run);
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  #contact(): Promise<Dialect> {
    this.#dialect ??= findDialect(this.#http, this.#prefix);
    return this.#dialect;
  }

  #read(): Promise<MlflowReader> {
    this.#reader ??= this.#createReader();
    return this.#reader;
  }

  async #createReader(): Promise<MlflowReader> {
    const dialect = await this.#contact();
    const { MlflowReader } = await import("./reader.ts");
    return new MlflowReader(this.#http, dialect, this.#options);
  }
}
