/**
 * The bytes of one artifact, from its beginning or from where an earlier attempt broke off.
 * @module
 */
import { HttpError } from "../../../http/failure/errors.ts";
import type { HttpStream } from "../../../http/types.ts";
import type { ArtifactBody } from "../../../source/mod.ts";
import { type MlflowClient, queryOf } from "../endpoints/client.ts";
import { isMissing } from "../endpoints/dialect.ts";
import { retriesForFiles } from "../endpoints/retries.ts";

/** Where an artifact is. */
export type ArtifactLocation =
  | {
    readonly kind: "run";
    readonly runId: string;
    /** The run's artifact_uri. */
    readonly artifactUri: string;
    /** Below it. */
    readonly path: string;
  }
  | {
    readonly kind: "model";
    readonly modelId: string;
    /** Below the model's folder. */
    readonly path: string;
  };

/** What to open. */
export interface OpenArtifactOptions {
  /** Which file. */
  readonly location: ArtifactLocation;
  /** The first byte wanted. */
  readonly fromByte: number;
  /** Ends the call and the reading. */
  readonly signal?: AbortSignal;
}

/**
 * Opens an artifact by GET get-artifact, which works whatever store the server keeps it in, and tells the length and heeds
 * Range on all versions (the mlflow-artifacts proxy of 2.x does neither: it is asked where get-artifact is not let through).
 */
export async function openArtifact(client: MlflowClient, options: OpenArtifactOptions): Promise<ArtifactBody> {
  const { location, fromByte, signal } = options;
  const open = (path: string, headers: Readonly<Record<string, string>>): Promise<HttpStream> =>
    client.open(path, { retries: retriesForFiles, headers, signal });
  const openPath = async (path: string): Promise<HttpStream> => {
    if (fromByte === 0) return await open(path, {});
    try {
      return await open(path, { range: `bytes=${fromByte}-` });
    } catch (error) {
      // The file is shorter than it was: from the beginning, then.
      if (!(error instanceof HttpError) || error.status !== 416) throw error;
      return await open(path, {});
    }
  };
  const proxyPath = proxyPathOf(client, location);
  try {
    return toBody(await openPath(pathOf(client, location)));
  } catch (error) {
    if (proxyPath === undefined || !isMissing(error)) throw error;
    return toBody(await openPath(proxyPath));
  }
}

function pathOf({ dialect }: MlflowClient, location: ArtifactLocation): string {
  if (location.kind === "run") {
    return `${dialect.prefix}/get-artifact${queryOf({ run_uuid: location.runId, path: location.path })}`;
  }
  const query = queryOf({ artifact_file_path: location.path });
  return `${dialect.ajaxPath}/logged-models/${encodeURIComponent(location.modelId)}/artifacts/files${query}`;
}

/** An mlflow-artifacts URI without a host names a path on the tracking server itself. */
function proxyPathOf({ dialect }: MlflowClient, location: ArtifactLocation): string | undefined {
  if (location.kind !== "run") return undefined;
  const root = /^mlflow-artifacts:(?:\/\/)?(\/[^/].*)$/.exec(location.artifactUri)?.[1];
  if (root === undefined) return undefined;
  const path = `${root}/${location.path}`.split("/").map(encodeURIComponent).join("/");
  return `${dialect.apiPath}-artifacts/artifacts${path}`;
}

function toBody({ status, headers, stream }: HttpStream): ArtifactBody {
  const start = status === 206 ? /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1] : undefined;
  // The length of a compressed body is that of its compressed form.
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  return { fromByte: Number(start ?? 0), length: length === null ? null : Number(length), stream };
}
