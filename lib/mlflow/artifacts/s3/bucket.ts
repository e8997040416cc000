/**
 * One bucket: its listing, and the bytes of its objects.
 * @module
 */
import type { Environment } from "../../../environment.ts";
import { AppError } from "../../../errors.ts";
import { createHttpClient, type HttpClientOptions } from "../../../http/client.ts";
import { createTransport } from "../../../http/connection/transport.ts";
import { HttpError, type HttpFailure, RefusedReplyError } from "../../../http/failure/errors.ts";
import { strictly } from "../../../http/failure/url.ts";
import type { HttpClient, HttpStream } from "../../../http/types.ts";
import type { ArtifactBody, ArtifactFile } from "../../../source/mod.ts";
import { visible } from "../../../visible.ts";
import type { AwsCredentials } from "../../auth/aws_credentials.ts";
import { awsAuthorize } from "../../auth/aws_sign.ts";
import { readS3Page, textOf } from "./page.ts";
import { bucketUrl, type S3Settings } from "./settings.ts";

/** How a bucket is reached: as the server is, but for where and by whom. */
export interface BucketOptions
  extends Pick<HttpClientOptions, "logger" | "limiter" | "retry" | "timeoutMs" | "signal"> {
  /** Holds the proxies. */
  readonly env: Environment;
  readonly credentials: AwsCredentials;
  readonly settings: S3Settings;
}

/** A bucket in the region that it turns out to be in. */
export class S3Bucket {
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

  /** Lists all objects below a prefix, by the rest of their keys. Rejects as {@linkcode HttpClient} does. */
  async list(prefix: string, signal?: AbortSignal): Promise<ArtifactFile[]> {
    const files: ArtifactFile[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ "list-type": "2", prefix });
      if (token !== undefined) query.set("continuation-token", token);
      const { text } = await this.#asking((http) => http.request({ path: `?${query}`, signal }));
      const page = readS3Page(text);
      if (page === undefined) throw new AppError(`What answers for the bucket ${visible(this.#name)} is no S3`);
      for (const { key, size } of page.objects) {
        // A key that ends so stands for a folder.
        if (!key.startsWith(prefix) || key.endsWith("/")) continue;
        files.push({
          path: key.slice(prefix.length),
          size,
          open: (from, signal) => this.#open({ key, size }, from, signal),
        });
      }
      if (page.token === token) break;
      token = page.token;
    } while (token !== undefined);
    return files;
  }

  /** Frees connections. */
  close(): Promise<void> {
    return this.#http.close();
  }

  async #open(
    { key, size }: { readonly key: string; readonly size: number },
    fromByte: number,
    signal: AbortSignal | undefined,
  ): Promise<ArtifactBody> {
    const path = `/${key.split("/").map(strictly).join("/")}`;
    const open = (headers: Readonly<Record<string, string>>): Promise<HttpStream> =>
      // MLflow uploads a .gz with "Content-Encoding: gzip": it is the file all the same.
      this.#asking((http) => http.open({ path, headers, signal, isAsStored: true }));
    const reply = fromByte > 0 && fromByte < size ? await open({ range: `bytes=${fromByte}-` }) : await open({});
    const start = reply.status === 206
      ? /^bytes (\d+)-/.exec(reply.headers.get("content-range") ?? "")?.[1]
      : undefined;
    const length = reply.headers.get("content-length");
    return { fromByte: Number(start ?? 0), length: length === null ? null : Number(length), stream: reply.stream };
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
    const { credentials, settings, env, logger, limiter, retry, timeoutMs, signal } = this.#options;
    return createHttpClient({
      baseUrl: bucketUrl(this.#name, this.#region, settings),
      service: "S3",
      authorize: awsAuthorize({ credentials, service: "s3", region: this.#region }),
      transport: createTransport({ env, tls: settings.tls }),
      limiter,
      retry,
      timeoutMs,
      logger,
      hintFor,
      signal,
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
