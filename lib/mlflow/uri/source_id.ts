/**
 * Kiroframe's import_source_id of a tracking server.
 * @module
 */
import { createHash } from "node:crypto";

/**
 * The first 10 hex digits of the md5 of the tracking URL as given, less one trailing slash (spec, "Kiroframe"). As given: the same
 * server under another name is another source, to Kiroframe and to the reference too.
 */
export function sourceIdOf(trackingUrl: string): string {
  return createHash("md5").update(trackingUrl.replace(/\/$/, "")).digest("hex").slice(0, 10);
}
