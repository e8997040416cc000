/**
 * One bucket: its listing, and the bytes of its objects.
 * @module
 */
import { AppError } from "../../../../errors.ts";
import { createHttpClient } from "../../../../http/client.ts";
import { createTransport } from "../../../../http/connection/transport.ts";
import { HttpError, type HttpFailure, RefusedReplyError } from "../../../../http/failure/errors.ts";
import { strictly } from "../../../../http/failure/url.ts";
import type { HttpClient, HttpStream } from "../../../../http/types.ts";
import { visible } from "../../../../visible.ts";
import type { AwsCredentials } from "../../../auth/aws_credentials.ts";
import { awsAuthorize } from "../../../auth/aws_sign.ts";
import type { ObjectOptions, ObjectPage, ObjectStore, OpenQuery, PageQuery, StoredObject } from "../store.ts";
import { MAX_PAGE_BYTES, textOf } from "../xml.ts";
import { readS3Page } from "./page.ts";
import { bucketUrl, type S3Settings } from "./settings.ts";

/** How a bucket is reached. */
export interface BucketOptions extends ObjectOptions {
  readonly credentials: AwsCredentials;
  readonly settings: S3Settings;
}

/** A bucket in the region that it turns out to be in. */
export class S3Bucket implements ObjectStore {
  readonly #name: string;
  readonly #options: BucketOptions;
  #region: string;
  #http: HttpClient;

  /** Names a bucket; nothing is asked. */
  constructor(name: string, options: BucketOptions) {
    this.#name = name;
    this.#options = options;
    this.#region = options.credentials.region ?? "us-east-1";
    this.#http = this.#client();
  }

  async page({ prefix, token, signal }: PageQuery): Promise<ObjectPage> {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (token !== undefined) query.set("continuation-token", token);
    const request = { path: `?${query}`, maxTextBytes: MAX_PAGE_BYTES, signal };
    const { text } = await this.#asking((http) => http.request(request));
    const page = readS3Page(text);
    if (page === undefined) throw new AppError(`What answers for the bucket ${visible(this.#name)} is no S3`);
    return page;
  }

  open({ key, version }: StoredObject, { from, signal }: OpenQuery): Promise<HttpStream> {
    const path = `/${key.split("/").map(strictly).join("/")}`;
    const condition: Record<string, string> = version === undefined ? {} : { "if-match": version };
    const headers: Record<string, string> = from === undefined ? {} : { range: `bytes=${from}-`, ...condition };
    // MLflow uploads a .gz with "Content-Encoding: gzip": it is the file all the same.
    return this.#asking((http) => http.open({ path, headers, signal, isAsStored: true }));
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** A bucket elsewhere says where it is: from then on it is asked there. */
  async #asking<T>(work: (http: HttpClient) => Promise<T>): Promise<T> {
    try {
      return await work(this.#http);
    } catch (error) {
      const region = regionTold(error);
      if (region === undefined || region === this.#region) throw error;
      await this.#http.close();
      this.#region = region;
      this.#http = this.#client();
      return await work(this.#http);
    }
  }

  #client(): HttpClient {
    const { credentials, settings, env, ...options } = this.#options;
    return createHttpClient({
      ...options,
      baseUrl: bucketUrl(this.#name, this.#region, settings),
      service: "S3",
      authorize: awsAuthorize({ credentials, service: "s3", region: this.#region }),
      transport: createTransport({ env, tls: settings.tls }),
      hintFor,
    });
  }
}

function regionTold(error: unknown): string | undefined {
  if (!(error instanceof HttpError || error instanceof RefusedReplyError)) return undefined;
  const { headers, body } = error.reply;
  const region = headers?.get("x-amz-bucket-region") ?? textOf("Region", body);
  return region !== undefined && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}

function hintFor(failure: HttpFailure): string | undefined {
  return failure instanceof RefusedReplyError
    ? "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, and that they may list and read the bucket"
    : undefined;
}
