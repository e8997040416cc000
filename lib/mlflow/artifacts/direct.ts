/**
 * Artifacts straight from the store that they lie in, past MLflow, as its own client fetches them.
 * @module
 */
import { readFile } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { AppError, endsEverything, messageOf } from "../../errors.ts";
import type { ArtifactFile, Run } from "../../source/mod.ts";
import { visible } from "../../visible.ts";
import { type AwsCredentials, readAwsCredentials, secretsOfAws } from "../auth/aws_credentials.ts";
import { homeFolderOf } from "../auth/home.ts";
import { filesBelow, isLocal, localPath } from "./local.ts";
import type { BucketOptions, S3Bucket } from "./s3/bucket.ts";

/** How stores of artifacts are asked: as the server is. The environment holds credentials and endpoints, too. */
export type DirectOptions = Omit<BucketOptions, "credentials" | "settings">;

type OpenBucket = (name: string) => S3Bucket;

/** Ways past MLflow, by scheme: what a scheme needs loads when the first URI of its kind is met. */
export class DirectStores {
  readonly #options: DirectOptions;
  #aws: Promise<AwsCredentials | null> | undefined;
  #s3: Promise<OpenBucket | null> | undefined;
  readonly #buckets = new Map<string, S3Bucket>();
  /** Buckets that do not let us in: they are not asked for each run again. */
  readonly #closed = new Set<string>();
  /** Runs whose artifacts nobody hands out, by where they lie. */
  readonly #missed = new Map<string, number>();
  #isHereTold = false;

  /** Asks and loads nothing yet. */
  constructor(options: DirectOptions) {
    this.#options = options;
  }

  /** What must not be shown of the credentials that there are. */
  async secrets(): Promise<string[]> {
    return secretsOfAws(await this.#credentials().catch(() => null));
  }

  /**
   * Lists all files below a URI; null where there is no way to them but MLflow's: another scheme, no credentials, or a bucket that does not
   * let us in, which is told once. Rejects when it is aborted.
   */
  async list(uri: string, signal?: AbortSignal): Promise<ArtifactFile[] | null> {
    const [, name, path = ""] = /^s3a?:\/\/([^/?#]+)\/?([^?#]*)/.exec(uri) ?? [];
    if (name === undefined || this.#closed.has(name)) return null;
    const open = await (this.#s3 ??= this.#openS3());
    if (open === null) return null;
    const bucket = this.#buckets.get(name) ?? open(name);
    this.#buckets.set(name, bucket);
    try {
      return await bucket.list(path === "" ? "" : `${path.replace(/\/+$/, "")}/`, signal);
    } catch (error) {
      signal?.throwIfAborted();
      this.#options.signal?.throwIfAborted();
      if (!this.#closed.has(name)) {
        this.#options.logger.warn(`Cannot read the artifacts in s3://${visible(name)} directly: ${messageOf(error)}`);
      }
      this.#closed.add(name);
      return null;
    }
  }

  /**
   * Lists the files of a run of which a server finds none: where they are on the disk of this machine. A server may name any path: taken is
   * only one that is a run's by its own name.
   */
  async listHere({ id, artifactUri }: Run): Promise<ArtifactFile[]> {
    if (!isLocal(artifactUri)) return [];
    const path = localPath(artifactUri, "/");
    if (!isAbsolute(path) || !path.replaceAll("\\", "/").endsWith(`/${id}/artifacts`)) return [];
    const files = await filesBelow(path);
    if (files.length > 0 && !this.#isHereTold) {
      this.#isHereTold = true;
      this.#options.logger.info("Fetching artifacts from the disk of this machine, where the server finds none");
    }
    return files;
  }

  /** Returns the failure to tell for a run whose artifacts a server cannot list: where they are is what counts. */
  missed(uri: string, error: unknown): unknown {
    const place = /^((?!mlflow-artifacts|https?)[a-z][a-z0-9+.-]+:)(\/\/[^/?#]*)?/i.exec(uri)?.[0];
    if (place === undefined || endsEverything(error)) return error;
    this.#missed.set(place, (this.#missed.get(place) ?? 0) + 1);
    const text = `the artifacts are at ${visible(place)}, and MLflow does not hand them out: ${messageOf(error)}`;
    return new AppError(text, { cause: error });
  }

  /** Tells what was missed, and what to do; frees connections. */
  async close(): Promise<void> {
    for (const [place, runs] of this.#missed) {
      this.#options.logger.warn(
        `Artifacts of ${runs} runs are at ${visible(place)}, and MLflow does not hand them out: ${adviceFor(place)}`,
      );
    }
    await Promise.all([...this.#buckets.values()].map((bucket) => bucket.close()));
  }

  #credentials(): Promise<AwsCredentials | null> {
    const { env } = this.#options;
    return this.#aws ??= readAwsCredentials({
      env,
      homeFolder: homeFolderOf(env),
      readTextFile: (path) => readFile(path, "utf8"),
    });
  }

  /** Rejects never: an export that has begun goes on by the server. */
  async #openS3(): Promise<OpenBucket | null> {
    const { env, logger } = this.#options;
    try {
      const credentials = await this.#credentials();
      if (credentials === null) return null;
      const [bucket, { readS3Settings }] = await Promise.all([import("./s3/bucket.ts"), import("./s3/settings.ts")]);
      const settings = readS3Settings(env);
      const owner = settings.endpoint === undefined ? "AWS" : visible(settings.endpoint);
      logger.info(`Fetching artifacts in s3:// from ${owner} itself, as MLflow's own client does`);
      return (name) => new bucket.S3Bucket(name, { ...this.#options, credentials, settings });
    } catch (error) {
      logger.warn(`Cannot read artifacts in s3:// directly: ${messageOf(error)}`);
      return null;
    }
  }
}

function adviceFor(place: string): string {
  return /^s3a?:/i.test(place)
    ? "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, of who may list and read it " +
      "(MLFLOW_S3_ENDPOINT_URL for a server of your own), then go on with --resume"
    : "start the server with --serve-artifacts and credentials for that place, then go on with --resume";
}
