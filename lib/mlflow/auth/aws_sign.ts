/**
 * AWS's signature, version 4.
 * @module
 */
import { AwsV4Signer } from "aws4fetch";
import type { Authorize } from "../../http/types.ts";
import type { AwsCredentials } from "./aws_credentials.ts";

/** What is signed for. */
export interface SigningOptions {
  readonly credentials: AwsCredentials;
  /** "s3", "execute-api". */
  readonly service: string;
  /** Where the service is. */
  readonly region: string;
  /** The moment, for tests. @default {now} */
  readonly now?: () => Date;
}

/** Returns what signs each attempt. Of the headers only host and AWS's own are signed: gateways may add others. */
export function awsAuthorize(
  { credentials, now = () => new Date(), ...scope }: SigningOptions,
): Authorize {
  // Keys are made of the secret anew each day only.
  const cache = new Map<string, ArrayBuffer>();
  return async ({ method, url, body }) => {
    const datetime = now().toISOString().replace(/[:-]|\.\d{3}/g, "");
    const signer = new AwsV4Signer({ method, url, body, ...credentials, ...scope, datetime, cache });
    return Object.fromEntries((await signer.sign()).headers);
  };
}
