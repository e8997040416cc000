/**
 * One container: its listing, and the bytes of its blobs. A file system of a data lake is one, too.
 * @module
 */
import { AppError } from "../../../../errors.ts";
import { createHttpClient } from "../../../../http/client.ts";
import { createTransport, type Transport } from "../../../../http/connection/transport.ts";
import { type HttpFailure, RefusedReplyError } from "../../../../http/failure/errors.ts";
import { strictly } from "../../../../http/failure/url.ts";
import type { HttpClient, HttpStream } from "../../../../http/types.ts";
import { visible } from "../../../../visible.ts";
import type { ObjectOptions, ObjectPage, ObjectStore, OpenQuery, PageQuery, StoredObject } from "../store.ts";
import { MAX_PAGE_BYTES } from "../xml.ts";
import type { Access } from "./access.ts";
import { readBlobPage } from "./page.ts";

/** The version of the interface that is spoken: from 2021-02-12 on, names that XML cannot hold are listed too. */
const VERSION = "2021-08-06";

/** A container of an account. */
export class Container implements ObjectStore {
  readonly #name: string;
  readonly #http: HttpClient;

  /** Names a container; nothing is asked. */
  constructor(name: string, { endpoint, authorize, sas }: Access, { env, ...options }: ObjectOptions) {
    this.#name = name;
    const transport = createTransport({ env });
    this.#http = createHttpClient({
      ...options,
      baseUrl: `${endpoint}/${strictly(name)}`,
      service: "Azure",
      headers: { "x-ms-version": VERSION },
      authorize,
      transport: sas === undefined ? transport : withSas(transport, { endpoint, sas }),
      hintFor,
    });
  }

  async page({ prefix, token, signal }: PageQuery): Promise<ObjectPage> {
    const query = new URLSearchParams({ restype: "container", comp: "list", include: "metadata", prefix });
    if (token !== undefined) query.set("marker", token);
    const { text } = await this.#http.request({ path: `?${query}`, maxTextBytes: MAX_PAGE_BYTES, signal });
    const page = readBlobPage(text);
    if (page === undefined) throw new AppError(`What answers for the container ${visible(this.#name)} is no Azure`);
    return page;
  }

  open({ key, version }: StoredObject, { from, signal }: OpenQuery): Promise<HttpStream> {
    const path = `/${key.split("/").map(strictly).join("/")}`;
    const condition: Record<string, string> = version === undefined ? {} : { "if-match": version };
    const headers: Record<string, string> = from === undefined ? {} : { "x-ms-range": `bytes=${from}-`, ...condition };
    return this.#http.open({ path, headers, signal, isAsStored: true });
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

/** Adds a signature to the addresses of one server where they are sent, and nowhere else: no message knows it. */
function withSas(
  transport: Transport,
  { endpoint, sas }: { readonly endpoint: string; readonly sas: string },
): Transport {
  const { origin } = new URL(endpoint);
  return {
    fetch(url, request): Promise<Response> {
      const signed = new URL(url);
      if (url.origin === origin) signed.search += `${url.search === "" ? "?" : "&"}${sas}`;
      return transport.fetch(signed, request);
    },
    wayTo: (url) => transport.wayTo?.(url) ?? {},
    speaksTls: (url) => transport.speaksTls?.(url) ?? Promise.resolve(false),
    close: () => transport.close(),
  };
}

function hintFor(failure: HttpFailure): string | undefined {
  return failure instanceof RefusedReplyError
    ? "Check the variables AZURE_STORAGE_… or AZURE_CLIENT_…, and that they may list and read the container " +
      "(Storage Blob Data Reader)"
    : undefined;
}
