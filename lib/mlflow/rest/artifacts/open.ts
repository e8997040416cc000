/**
 * The bytes of artifacts, each from its beginning or from where an earlier attempt broke off.
 * @module
 */
import { AppError, messageOf } from "../../../errors.ts";
import { BadReplyError, HttpError, RefusedReplyError } from "../../../http/failure/errors.ts";
import type { HttpStream } from "../../../http/types.ts";
import type { Logger } from "../../../logger.ts";
import type { ArtifactBody } from "../../../source/mod.ts";
import type { MlflowClient } from "../endpoints/client.ts";
import { isClosed } from "../endpoints/closed.ts";
import { isDropped, retriesForFiles } from "../endpoints/retries.ts";
import { type ArtifactLocation, type Way, WAYS } from "./ways.ts";

/** What is wanted of an artifact. */
export interface OpenOptions {
  /** The first byte wanted. */
  readonly fromByte: number;
  /** Ends the call and the reading. */
  readonly signal?: AbortSignal;
}

interface Attempt {
  readonly way: Way;
  readonly path: string;
}

/** Opens the artifacts of one server by whichever way it lets them out, and remembers which that was. */
export class ArtifactOpener {
  readonly #client: MlflowClient;
  readonly #logger: Logger;
  /** The way that led to the last artifact of a run, and of a model: it is tried first. */
  readonly #worked = new Map<ArtifactLocation["owner"], Way>();

  /** Creates an opener for the client's server. */
  constructor(client: MlflowClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /**
   * Opens an artifact. Rejects as {@linkcode MlflowClient.open} does, but for what only says that an endpoint is closed, or cannot send this
   * artifact while the server is well: when no way is open, that costs this artifact and no more.
   */
  async open(location: ArtifactLocation, options: OpenOptions): Promise<ArtifactBody> {
    const closed: Error[] = [];
    for (const { way, path } of this.#waysTo(location)) {
      const result = await this.#openBy(path, { ...options, size: location.size });
      if (!(result instanceof Error)) {
        this.#remember(way, location.owner, closed);
        return result;
      }
      closed.push(result);
    }
    // A gateway may refuse all but the API: whether it is the login that is not taken, that tells.
    if (closed.some((error) => error instanceof RefusedReplyError && error.status === 401)) await this.#ask(options);
    throw new AppError(`No way leads to it: ${closed.map(messageOf).join("; ")}`, { cause: closed[0] });
  }

  #waysTo(location: ArtifactLocation): readonly Attempt[] {
    const worked = this.#worked.get(location.owner);
    return WAYS.toSorted((a, b) => Number(b === worked) - Number(a === worked)).flatMap((way) => {
      const path = way.pathTo(location, this.#client.dialect);
      return path === undefined ? [] : [{ way, path }];
    });
  }

  #remember(way: Way, owner: ArtifactLocation["owner"], closed: readonly Error[]): void {
    if (closed.length > 0 && this.#worked.get(owner) !== way) {
      const reasons = closed.map(messageOf).join("; ");
      this.#logger.info(`Fetching the artifacts of ${owner}s by ${way.name}, because of the server: ${reasons}`);
    }
    this.#worked.set(owner, way);
  }

  /** Resolves with an error where this way does not lead to the artifact, and another one may. */
  async #openBy(path: string, options: OpenOptions & { readonly size: number | null }): Promise<ArtifactBody | Error> {
    for (let attempt = 1;; attempt++) {
      try {
        return await toBody(await this.#request(path, options), { path, size: options.size });
      } catch (error) {
        if (isClosed(error) || isDropped(error) && attempt === 2) return error as Error;
        if (!isDropped(error)) throw error;
      }
      // A dropped connection may be the server's end, or this one request is more than it can bear: the API tells which.
      await this.#ask(options);
    }
  }

  /** Makes the API's simplest call. Rejects where the server does not answer it, or not to us. */
  async #ask({ signal }: OpenOptions): Promise<void> {
    await this.#client.experiments({ maxResults: 1, includeDeleted: false, signal });
  }

  async #request(path: string, { fromByte, signal }: OpenOptions): Promise<HttpStream> {
    const open = (headers: Readonly<Record<string, string>>): Promise<HttpStream> =>
      this.#client.open(path, { retries: retriesForFiles, headers, signal });
    if (fromByte === 0) return await open({});
    try {
      return await open({ range: `bytes=${fromByte}-` });
    } catch (error) {
      // The file is shorter than it was: from the beginning, then.
      if (!(error instanceof HttpError) || error.status !== 416) throw error;
      return await open({});
    }
  }
}

/**
 * MLflow sends every artifact as an attachment, so that no browser shows it. What is none is a page of something before the server: its
 * login, which a redirect may have led to. Of others that speak MLflow's API it is taken where its length is what the listing told.
 */
async function toBody(
  reply: HttpStream,
  { path, size }: Pick<ArtifactLocation, "path" | "size">,
): Promise<ArtifactBody> {
  const { status, headers, stream } = reply;
  const start = status === 206 ? /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1] : undefined;
  const fromByte = Number(start ?? 0);
  // The length of a compressed body is that of its compressed form.
  const told = headers.has("content-encoding") ? null : headers.get("content-length");
  const length = told === null ? null : Number(told);
  const type = headers.get("content-type") ?? "no type";
  const isAttachment = /^\s*attachment\b/i.test(headers.get("content-disposition") ?? "");
  const isPage = /^\s*(?:text\/html|application\/xhtml)/i.test(type);
  if (isAttachment || !isPage && size !== null && length === size - fromByte) return { fromByte, length, stream };
  await stream.cancel();
  throw new BadReplyError({ service: "MLflow", method: "GET", url: path }, {
    reason: "html",
    detail: `something else in place of the artifact: ${type}, and no attachment`,
  });
}
