/**
 * A page of a bucket's listing (ListObjectsV2), as S3 and its like write it.
 * @module
 */
import type { ObjectPage } from "../store.ts";
import { elementsOf, isWhole, textOf } from "../xml.ts";

/** Reads a page; undefined for what is none, or not a whole one. */
export function readS3Page(xml: string): ObjectPage | undefined {
  if (!isWhole("ListBucketResult", xml)) return undefined;
  const objects = elementsOf("Contents", xml).map((entry) => ({
    key: textOf("Key", entry) ?? "",
    size: Number(textOf("Size", entry)),
    version: textOf("ETag", entry),
  }));
  const token = textOf("IsTruncated", xml) === "true" ? textOf("NextContinuationToken", xml) : undefined;
  return { objects, token };
}
