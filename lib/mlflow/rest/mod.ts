/**
 * MLflow over plain HTTP: any tracking server from 1.15 to 3.x.
 * @module
 */
import { readFile } from "node:fs/promises";
import { createHttpClient } from "../../http/client.ts";
import { createTransport } from "../../http/connection/transport.ts";
import { Limiter } from "../../http/limiter.ts";
import { patienceFrom } from "../../http/patience.ts";
import { watcherOf } from "../../http/watcher.ts";
import type { HttpClient } from "../../http/types.ts";
import type { Source, SourceAddress } from "../../source/mod.ts";
import { type Credentials, readCredentials } from "../auth/credentials.ts";
import { homeFolderOf } from "../auth/home.ts";
import { sourceIdOf, workspaceOf } from "../uri/source_id.ts";
import { displayOf, type HttpUri } from "../uri/tracking_uri.ts";
import { findDialect } from "./endpoints/dialect.ts";
import { mostRetriesAfter } from "./endpoints/retries.ts";
import { mlflowHint } from "./hints.ts";
import type { RestOptions } from "./options.ts";

/** Finds out how a tracking server is reached, and asks nothing of it. Rejects with a UsageError when the options do not fit together. */
export async function locateServer(options: RestOptions, uri: HttpUri): Promise<SourceAddress> {
  const { env, logger } = options;
  const credentials = await readCredentials({
    trackingUrl: uri.url,
    env,
    headers: options.headers,
    homeFolder: homeFolderOf(env),
    readTextFile: (path) => readFile(path, "utf8"),
  });
  // Before the first contact: what they tell of may be why it fails.
  for (const warning of credentials.warnings) logger.warn(warning);
  return addressWith(options, credentials).address;
}

/** What {@linkcode addressWith} gives. */
interface ServerAddress {
  readonly address: SourceAddress;
  /** The way to the server, closed with the source. */
  readonly http: HttpClient;
}

/**
 * Returns the address of a server that is asked with the credentials given.
 *
 * @param options.isPublicOnly Whether what MLflow's own pages use is closed, bulk histories among it. @default {false}: that is found out
 */
export function addressWith(
  options: RestOptions,
  credentials: Credentials,
  { isPublicOnly = false }: { readonly isPublicOnly?: boolean } = {},
): ServerAddress {
  const { trackingUrl, env, logger, progress, signal, hide } = options;
  const { origin, pathname } = new URL(credentials.baseUrl);
  const identity = {
    importSource: "mlflow",
    name: "MLflow",
    sourceId: sourceIdOf(trackingUrl, env),
    displayUrl: displayOf(trackingUrl),
    workspace: workspaceOf(env),
  };
  const { retry, timeoutMs } = patienceFrom(env, "MLFLOW");
  const http = createHttpClient({
    // Paths carry the prefix: behind one, MLflow 2.x has some endpoints outside of it.
    baseUrl: origin,
    service: "MLflow",
    headers: credentials.headers,
    authorize: credentials.authorize,
    hide,
    transport: createTransport({ env, tls: credentials.tls, keepAlive: false }),
    limiter: new Limiter({
      max: options.concurrency,
      onChange: (places, most) => progress?.throttled("MLflow", places, most),
    }),
    retry: { ...retry, mostRetriesAfter },
    timeoutMs,
    logger,
    watcher: watcherOf(progress, { calls: "sourceCalls", service: "MLflow" }),
    hintFor: mlflowHint,
    signal,
  });
  const address: SourceAddress = {
    identity,
    secrets: credentials.secrets,
    async connect(): Promise<Source> {
      try {
        const dialect = await findDialect(http, pathname.replace(/\/$/, ""));
        if (isPublicOnly) dialect.hasBulk = false;
        // Loaded after the first answer: building the shapes of MLflow's replies takes longer than the server to answer.
        const { MlflowReader } = await import("./reader.ts");
        return new MlflowReader({ http, dialect, identity, credentials, options });
      } catch (error) {
        await http.close();
        throw error;
      }
    },
  };
  return { address, http };
}
