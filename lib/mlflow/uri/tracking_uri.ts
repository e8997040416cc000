/**
 * How a tracking URI may be spelled: whatever MLflow's own client takes, and what people paste in its place where the meaning is sure.
 * Pure: nothing is asked, neither of a server nor of the disk.
 * @module
 */
import { addressMeant, addressProblem, HTTP_EXPECTED, unusable, unwrapped } from "../../address.ts";

/** A server that is read over its REST API. */
export interface HttpUri {
  readonly kind: "http";
  /** Its address without slashes at the end; perhaps with user and password. */
  readonly url: string;
}

/** A store that is read itself. */
export interface StoreUri {
  readonly kind: "sqlite" | "postgresql" | "mysql" | "files";
  /** As it was given, but for blanks and quotes around it; perhaps with user and password. */
  readonly uri: string;
}

/** A workspace of Databricks. */
export interface DatabricksUri {
  readonly kind: "databricks";
  /** The profile of ~/.databrickscfg; undefined where the variables tell. */
  readonly profile?: string;
  /** Whether its registered models are those of Unity Catalog: "databricks-uc", which has nothing else. */
  readonly isCatalog: boolean;
}

/** What a tracking URI names. */
export type TrackingUri = HttpUri | StoreUri | DatabricksUri;

/** The stores that there is a reader for. A new one: its kind above, and its reader in lib/mlflow/mod.ts. */
const READABLE_STORES = "a store of sqlite, postgresql or mysql, or a folder of MLflow's";

const DATABRICKS_EXPECTED = "databricks or databricks://PROFILE, and for a registry also databricks-uc";

/** For a store that there is none for. */
const ADVICE = "serve such a store with `mlflow server --backend-store-uri URI` and give the URL of that server";

/**
 * Reads a tracking URI. Blanks and quotes around it, a page's address and slashes at the end are left out.
 * Throws a UsageError, in one sentence without passwords: what was found, what can be read, and the address that was probably meant.
 *
 * @param name What the message calls it: "--tracking-url", "TRACKING_URI"
 */
export function parseTrackingUri(text: string, name = "the tracking URI"): TrackingUri {
  const uri = cleanTrackingUri(text);
  const problem = addressProblem(uri);
  if (problem === undefined) return { kind: "http", url: uri.replace(/\/+$/, "") };
  const store = addressMeant(uri) === undefined ? storeOf(uri) : undefined;
  if (store === undefined) throw unusable(text, name, problem);
  if (store === "databricks") {
    const databricks = databricksUri(uri);
    if (databricks === undefined) throw unusable(text, name, DATABRICKS_EXPECTED);
    return databricks;
  }
  if (store === "mssql") throw unusable(text, name, `${HTTP_EXPECTED}, or ${READABLE_STORES}; ${ADVICE}`);
  return { kind: store, uri };
}

function databricksUri(uri: string): DatabricksUri | undefined {
  const [whole, catalog, profile] = /^databricks(-uc)?(?::\/\/([^/:?#]*))?$/.exec(uri) ?? [];
  return whole === undefined
    ? undefined
    : { kind: "databricks", profile: profile || undefined, isCatalog: catalog !== undefined };
}

/**
 * Returns a tracking URI without what surely does not belong to it: blanks and quotes around it, and what names a page of MLflow's
 * (`#/experiments/1`). This is "as given" wherever a spelling counts, as in the source id: with a quote or a page's address no client ever
 * reached a server. Slashes at the end stay, for the reference takes them, and each one makes another id there.
 */
export function cleanTrackingUri(text: string): string {
  const bare = unwrapped(text);
  return /^https?:/i.test(bare) ? bare.replace(/#\/.*$/s, "") : bare;
}

/** Returns a tracking URI as it was given, without user and password: safe to show and to store. */
export function displayOf(text: string): string {
  return cleanTrackingUri(text).replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#\\]*@/i, "$1");
}

function storeOf(uri: string): StoreUri["kind"] | "mssql" | "databricks" | undefined {
  if (/^databricks\b/.test(uri)) return "databricks";
  // The database, without the driver: "postgresql" of "postgresql+psycopg2".
  const scheme = /^([a-z][a-z0-9]*)[a-z0-9+.-]*:/i.exec(uri)?.[1]?.toLowerCase() ?? "";
  if (scheme === "sqlite" || scheme === "postgresql" || scheme === "mysql" || scheme === "mssql") return scheme;
  // No scheme is a path; one of a single letter is a disk of Windows.
  return scheme.length < 2 || scheme === "file" ? "files" : undefined;
}
