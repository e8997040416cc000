/**
 * Where buckets are: as MLflow's own client and AWS's tools are told.
 * @module
 */
import type { Environment } from "../../../../environment.ts";
import { UsageError } from "../../../../errors.ts";
import type { TlsOptions } from "../../../../http/connection/tls.ts";
import { strictly } from "../../../../http/failure/url.ts";

/** How buckets are reached. */
export interface S3Settings {
  /** A server of one's own, as MinIO; undefined for AWS's. */
  readonly endpoint?: string;
  /** Whether the bucket stands in the path, and not in the name of the host. */
  readonly isPathStyle: boolean;
  /** What is special about encrypted connections. */
  readonly tls: TlsOptions;
}

/** Reads MLFLOW_S3_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, MLFLOW_S3_IGNORE_TLS, AWS_CA_BUNDLE. @throws {UsageError} */
export function readS3Settings(env: Environment): S3Settings {
  const variable = ["MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].find((name) => env[name]);
  const endpoint = variable === undefined ? undefined : env[variable]?.replace(/\/+$/, "");
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw new UsageError(`Cannot use ${variable}: it is no http or https URL`);
  }
  const insecure = ["true", "1"].includes(env["MLFLOW_S3_IGNORE_TLS"]?.toLowerCase() ?? "");
  const caPath = insecure ? undefined : env["AWS_CA_BUNDLE"] || undefined;
  return {
    endpoint,
    isPathStyle: endpoint !== undefined || env["MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE"] === "path",
    tls: { insecure, caPath, caVariable: caPath === undefined ? undefined : "AWS_CA_BUNDLE" },
  };
}

/** Returns the address of a bucket, without a slash at its end. */
export function bucketUrl(bucket: string, region: string, { endpoint, isPathStyle }: S3Settings): string {
  if (endpoint !== undefined) return `${endpoint}/${strictly(bucket)}`;
  const host = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  // With dots in its name, no certificate would be good for it; with other signs, it could lead to another host.
  const isHostName = /^[a-z0-9-]+$/.test(bucket);
  return isPathStyle || !isHostName ? `https://${host}/${strictly(bucket)}` : `https://${bucket}.${host}`;
}
