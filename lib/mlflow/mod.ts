/**
 * MLflow as a kind of source: chooses the reader by the tracking URI, and loads no other.
 * @module
 */
import { UsageError } from "../errors.ts";
import { Limiter } from "../http/limiter.ts";
import { patienceFrom } from "../http/patience.ts";
import { withChanges } from "../source/changes.ts";
import type { Source, SourceAddress, SourceKind } from "../source/mod.ts";
import { DirectStores } from "./artifacts/direct.ts";
import type { RestOptions } from "./rest/options.ts";
import { sourceIdOf } from "./uri/source_id.ts";
import { parseTrackingUri, type TrackingUri } from "./uri/tracking_uri.ts";

/** What MLflow is read with, whichever way. */
export interface MlflowOptions extends RestOptions {
  /** A store that the server of the tracking URL serves: rows come from there. @default {none: they come from the server} */
  readonly store?: string;
}

/** --import-type mlflow. */
export const MLFLOW: SourceKind<MlflowOptions> = { importSource: "mlflow", sourceIdOf, locate };

async function locate(given: MlflowOptions): Promise<SourceAddress> {
  const { env, logger, signal, concurrency, hide = (): void => {} } = given;
  const limiter = new Limiter({ max: concurrency });
  const direct = new DirectStores({ env, logger, signal, limiter, hide, ...patienceFrom(env, "MLFLOW") });
  return withDirect(await locateTracking({ ...given, direct }), direct);
}

function withDirect(address: SourceAddress, direct: DirectStores): SourceAddress {
  return {
    identity: address.identity,
    secrets: address.secrets,
    async connect(): Promise<Source> {
      const source = await address.connect();
      return withChanges(source, {
        close: async (): Promise<void> => {
          await direct.close();
          await source.close();
        },
      });
    },
  };
}

async function locateTracking({ store, ...options }: MlflowOptions): Promise<SourceAddress> {
  const uri = parseTrackingUri(options.trackingUrl);
  if (uri.kind === "databricks" && uri.isCatalog) {
    throw new UsageError("Cannot read runs from databricks-uc: it is a registry", {
      hint: "Give databricks as --tracking-url, and MLFLOW_REGISTRY_URI=databricks-uc",
    });
  }
  if (uri.kind !== "http" && uri.kind !== "databricks" && Object.keys(options.headers ?? {}).length > 0) {
    options.logger.warn("--header (MLFLOW_TRACKING_HEADERS) has no effect: no server is asked");
  }
  const tracking = store === undefined ? await locateAt(options, uri) : await beside(options, { uri, store });
  const registryUri = options.env["MLFLOW_REGISTRY_URI"];
  if (!registryUri || registryUri === options.trackingUrl) return tracking;
  const { withRegistry } = await import("./registry.ts");
  const parsed = parseTrackingUri(registryUri, "MLFLOW_REGISTRY_URI");
  // What a gateway wants to see is for nobody else.
  const headers = isSameOrigin(uri, parsed) ? options.headers : undefined;
  return withRegistry(tracking, await locateAt({ ...options, trackingUrl: registryUri, headers }, parsed));
}

function isSameOrigin(one: TrackingUri, other: TrackingUri): boolean {
  if (one.kind === "databricks" && other.kind === "databricks") return one.profile === other.profile;
  return one.kind === "http" && other.kind === "http" && new URL(one.url).origin === new URL(other.url).origin;
}

/** A server whose rows are read from the store that it serves. */
async function beside(
  options: RestOptions,
  given: { readonly uri: TrackingUri; readonly store: string },
): Promise<SourceAddress> {
  const { uri, store } = given;
  const storeUri = parseTrackingUri(store, "--store");
  if (uri.kind !== "http" || storeUri.kind === "http" || storeUri.kind === "databricks") {
    throw new UsageError("Cannot use --store so: it is the store of a server, whose URL is given as --tracking-url", {
      hint: "To read a store alone, give it as --tracking-url",
    });
  }
  const { besideServer } = await import("./store/beside_server.ts");
  return besideServer(await locateAt(options, uri), await locateAt({ ...options, trackingUrl: store }, storeUri));
}

async function locateAt(options: RestOptions, uri: TrackingUri): Promise<SourceAddress> {
  switch (uri.kind) {
    case "http":
      return await (await import("./rest/mod.ts")).locateServer(options, uri);
    case "databricks":
      return await (await import("./rest/databricks/mod.ts")).locateDatabricks(options, uri);
    case "sqlite":
    case "postgresql":
    case "mysql":
      return await (await import("./store/sql/mod.ts")).locateDatabase(options);
    case "files":
      return await (await import("./store/files/mod.ts")).locateFiles(options);
  }
}
