/**
 * One bucket, by Google's JSON API.
 * @module
 */
import { AppError } from "../../../../errors.ts";
import { strictly } from "../../../../http/failure/url.ts";
import type { HttpClient, HttpStream } from "../../../../http/types.ts";
import { visible } from "../../../../visible.ts";
import type { ObjectPage, ObjectStore, OpenQuery, PageQuery } from "../store.ts";

/** A bucket of whoever the client asks as. */
export class GoogleBucket implements ObjectStore {
  readonly #name: string;
  readonly #http: HttpClient;

  /** Names a bucket; nothing is asked. */
  constructor(name: string, http: HttpClient) {
    this.#name = name;
    this.#http = http;
  }

  async page({ prefix, token, signal }: PageQuery): Promise<ObjectPage> {
    const query = new URLSearchParams({ prefix, fields: "kind,nextPageToken,items(name,size)" });
    if (token !== undefined) query.set("pageToken", token);
    const reply = await this.#http.json({ path: `${this.#path}?${query}`, signal });
    const { kind, nextPageToken, items = [] } = (reply ?? {}) as Record<string, unknown>;
    if (kind !== "storage#objects" || !Array.isArray(items)) {
      throw new AppError(`What answers for the bucket ${visible(this.#name)} is no Google Cloud Storage`);
    }
    return {
      objects: items.map(({ name, size }) => ({ key: String(name), size: Number(size) })),
      token: typeof nextPageToken === "string" && nextPageToken !== "" ? nextPageToken : undefined,
    };
  }

  open(key: string, { range, signal }: OpenQuery): Promise<HttpStream> {
    return this.#http.open({
      path: `${this.#path}/${strictly(key)}?alt=media`,
      // Who does not take gzip is sent what was packed unpacked, and no range of it.
      headers: { "accept-encoding": "gzip", ...range === undefined ? {} : { range } },
      isAsStored: true,
      signal,
    });
  }

  /** The client is the kind's. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  get #path(): string {
    return `/storage/v1/b/${strictly(this.#name)}/o`;
  }
}
