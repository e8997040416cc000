/**
 * Kiroframe's import_source_id of a tracking server.
 * @module
 */
import { createHash } from "node:crypto";
import { cleanTrackingUri } from "./tracking_uri.ts";

/**
 * The first 10 hex digits of the md5 of the tracking URI as given (see {@linkcode cleanTrackingUri}), less one trailing slash. As given: the
 * same server under another name is another source, to Kiroframe and to the reference too.
 */
export function sourceIdOf(trackingUri: string): string {
  return createHash("md5").update(cleanTrackingUri(trackingUri).replace(/\/$/, "")).digest("hex").slice(0, 10);
}
