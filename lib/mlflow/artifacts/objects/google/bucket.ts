/**
 * One bucket, by Google's JSON API.
 * @module
 */
import { AppError } from "../../../../errors.ts";
import { strictly } from "../../../../http/failure/url.ts";
import type { HttpClient, HttpStream } from "../../../../http/types.ts";
import { visible } from "../../../../visible.ts";
import type { ObjectPage, ObjectStore, OpenQuery, PageQuery, StoredObject } from "../store.ts";

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
    const query = new URLSearchParams({ prefix, fields: "kind,nextPageToken,items(name,size,generation)" });
    if (token !== undefined) query.set("pageToken", token);
    const reply = await this.#http.json({ path: `${this.#path}?${query}`, signal });
    const { kind, nextPageToken, items = [] } = (reply ?? {}) as Record<string, unknown>;
    if (kind !== "storage#objects" || !Array.isArray(items)) {
      throw new AppError(`What answers for the bucket ${visible(this.#name)} is no Google Cloud Storage`);
    }
    return {
      objects: items.map(({ name, size, generation }) => ({
        key: String(name),
        size: Number(size),
        version: generation === undefined ? undefined : String(generation),
      })),
      token: typeof nextPageToken === "string" && nextPageToken !== "" ? nextPageToken : undefined,
    };
  }

  open({ key, version }: StoredObject, { from, signal }: OpenQuery): Promise<HttpStream> {
    const condition = from === undefined || version === undefined ? "" : `&ifGenerationMatch=${strictly(version)}`;
    return this.#http.open({
      path: `${this.#path}/${strictly(key)}?alt=media${condition}`,
      // Who does not take gzip is sent what was packed unpacked, and no range of it.
      headers: { "accept-encoding": "gzip", ...from === undefined ? {} : { range: `bytes=${from}-` } },
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
