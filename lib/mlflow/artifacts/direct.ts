/**
 * Artifacts straight from the store that they lie in, past MLflow, as its own client fetches them.
 * @module
 */
import { isAbsolute } from "node:path";
import { AppError, endsEverything, messageOf } from "../../errors.ts";
import type { ArtifactFile, Run } from "../../source/mod.ts";
import { visible } from "../../visible.ts";
import { adviceFor } from "./advice.ts";
import { filesBelow, isLocal, localPath } from "./local.ts";
import type { ObjectKind, ObjectOptions, ObjectStore, OpenKind } from "./objects/store.ts";

/** How stores of artifacts are asked: as the server is. The environment holds credentials and endpoints, too. */
export type DirectOptions = ObjectOptions;

type LoadKind = () => Promise<OpenKind>;

const S3: LoadKind = async () => (await import("./objects/s3/kind.ts")).openS3;
const GOOGLE: LoadKind = async () => (await import("./objects/google/kind.ts")).openGoogle;
const AZURE: LoadKind = async () => (await import("./objects/azure/kind.ts")).openAzure;

/** Ways past MLflow, by the scheme of a URI. */
const KINDS: Readonly<Record<string, LoadKind>> = { s3: S3, s3a: S3, gs: GOOGLE, wasbs: AZURE, abfss: AZURE };

/** Ways past MLflow: what a kind of store needs loads when the first URI of it is met. */
export class DirectStores {
  readonly #options: DirectOptions;
  readonly #kinds = new Map<LoadKind, Promise<ObjectKind | null>>();
  /** By scheme and authority; null where there is nobody to ask it as. */
  readonly #stores = new Map<string, ObjectStore | null>();
  /** Stores that do not let us in: they are not asked for each run again. */
  readonly #closed = new Set<string>();
  /** Runs whose artifacts nobody hands out, by where they lie. */
  readonly #missed = new Map<string, number>();
  #isHereTold = false;

  /** Asks and loads nothing yet. */
  constructor(options: DirectOptions) {
    this.#options = options;
  }

  /**
   * Lists all files below a URI; null where there is no way to them but MLflow's: another scheme, no credentials, or a store that does not
   * let us in, which is told once. Rejects when it is aborted.
   */
  async list(uri: string, signal?: AbortSignal): Promise<ArtifactFile[] | null> {
    const { scheme, authority, path } = partsOf(uri);
    const load = KINDS[scheme];
    if (load === undefined || authority === "") return null;
    const place = `${scheme}://${authority}`;
    if (this.#closed.has(place)) return null;
    const kind = this.#kinds.get(load) ?? this.#openKind(scheme, load);
    this.#kinds.set(load, kind);
    const opened = await kind;
    if (opened === null) return null;
    try {
      const store = this.#stores.has(place) ? this.#stores.get(place) : opened.open({ scheme, authority });
      this.#stores.set(place, store ?? null);
      if (!store) return null;
      const { filesIn } = await import("./objects/files.ts");
      return await filesIn(store, path === "" ? "" : `${path}/`, signal);
    } catch (error) {
      signal?.throwIfAborted();
      this.#options.signal?.throwIfAborted();
      if (!this.#closed.has(place)) {
        this.#options.logger.warn(`Cannot read the artifacts in ${visible(place)} directly: ${wordsOf(error)}`);
      }
      this.#closed.add(place);
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
    return new AppError(text, { cause: error, hint: sentence(adviceFor(place)) });
  }

  /** Tells what was missed, and what to do; frees connections. */
  async close(): Promise<void> {
    for (const [place, runs] of this.#missed) {
      this.#options.logger.warn(
        `Artifacts of ${runs} runs are at ${visible(place)}, and MLflow does not hand them out: ${adviceFor(place)}`,
      );
    }
    await Promise.all([...this.#stores.values()].map((store) => store?.close()));
    for (const kind of this.#kinds.values()) await (await kind)?.close();
  }

  /** Rejects never: an export that has begun goes on by the server. */
  async #openKind(scheme: string, load: LoadKind): Promise<ObjectKind | null> {
    const { logger } = this.#options;
    try {
      const kind = await (await load())(this.#options);
      if (kind === null) return null;
      logger.info(`Fetching artifacts in ${scheme}:// from ${kind.owner} itself, as MLflow's own client does`);
      return kind;
    } catch (error) {
      logger.warn(`Cannot read artifacts in ${scheme}:// directly: ${wordsOf(error)}`);
      return null;
    }
  }
}

/** MLflow decodes the path of an abfss URI, and of no other. */
function partsOf(uri: string): { readonly scheme: string; readonly authority: string; readonly path: string } {
  const [, given = "", authority = "", rest = ""] = /^([a-z0-9]+):\/\/([^/?#]+)\/?([^?#]*)/i.exec(uri) ?? [];
  const scheme = given.toLowerCase();
  const path = scheme === "abfss" ? decoded(rest).replace(/^\/+/, "") : rest;
  return { scheme, authority, path: path.replace(/\/+$/, "") };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function wordsOf(error: unknown): string {
  const hint = error instanceof AppError ? error.hint : undefined;
  return hint === undefined ? messageOf(error) : `${messageOf(error)}. ${hint}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
