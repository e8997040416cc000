/**
 * What every store of objects is: pages of a listing, and the bytes of an object from any of them on.
 * A new kind is one folder beside this file that gives an {@linkcode OpenKind}, and one line in ../direct.ts.
 * @module
 */
import type { Environment } from "../../../environment.ts";
import type { HttpClientOptions } from "../../../http/client.ts";
import type { HttpStream } from "../../../http/types.ts";

/** One object. */
export interface StoredObject {
  /** Its whole name. */
  readonly key: string;
  /** Bytes, as they are stored. */
  readonly size: number;
  /** Another one where the object was written again. */
  readonly version?: string;
}

/** One page of a listing. */
export interface ObjectPage {
  readonly objects: readonly StoredObject[];
  /** Asks for the next one; undefined on the last. */
  readonly token: string | undefined;
}

/** Which page. */
export interface PageQuery {
  /** What keys begin with. */
  readonly prefix: string;
  /** Of the page before. @default {it is the first} */
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** How an object is opened. */
export interface OpenQuery {
  /** The first byte; with it, another version than the listed one is refused (412). @default {the whole, of whatever version} */
  readonly from?: number;
  readonly signal?: AbortSignal;
}

/** A bucket, or a container. Rejects as `HttpClient` of lib/http/types.ts does. */
export interface ObjectStore {
  /** Lists the objects whose keys begin with a prefix, however deep. */
  page(query: PageQuery): Promise<ObjectPage>;
  /** Opens an object as it is stored, packed or not. */
  open(object: StoredObject, query: OpenQuery): Promise<HttpStream>;
  /** Frees connections. */
  close(): Promise<void>;
}

/** Stores that are reached alike, by one account. */
export interface ObjectKind {
  /** Who is asked, for the log. */
  readonly owner: string;
  /** Opens the store that a URI names between its scheme and its path; nothing is asked. Null where there is nobody to ask it as. */
  open(place: ObjectPlace): ObjectStore | null;
  /** Frees connections. */
  close(): Promise<void>;
}

/** Where objects are. */
export interface ObjectPlace {
  /** In lower case: "s3". */
  readonly scheme: string;
  /** "bucket", "container@account.blob.core.windows.net". */
  readonly authority: string;
}

/** Reads credentials. Null where there are none; rejects with a UsageError where they are of no use. */
export type OpenKind = (options: ObjectOptions) => Promise<ObjectKind | null>;

/** How stores are asked: as the server is, but for where and by whom. */
export interface ObjectOptions
  extends Pick<HttpClientOptions, "logger" | "limiter" | "retry" | "timeoutMs" | "signal"> {
  /** Holds credentials, endpoints and proxies. */
  readonly env: Environment;
  /** Told what must never be shown, before it is used. */
  readonly hide: (secrets: readonly string[]) => void;
}
