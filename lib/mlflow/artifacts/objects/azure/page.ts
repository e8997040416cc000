/**
 * A page of a container's listing (List Blobs).
 * @module
 */
import type { ObjectPage, StoredObject } from "../store.ts";
import { elementsOf, isWhole, textOf } from "../xml.ts";

/** Reads a page; undefined for what is none, or not a whole one. */
export function readBlobPage(xml: string): ObjectPage | undefined {
  if (!isWhole("EnumerationResults", xml)) return undefined;
  // In a data lake (abfss) folders are listed among the files.
  const objects = elementsOf("Blob", xml).filter((entry) => !isFolder(entry)).map(readBlob);
  return { objects, token: textOf("NextMarker", xml) || undefined };
}

function isFolder(entry: string): boolean {
  return textOf("hdi_isfolder", entry)?.toLowerCase() === "true" || textOf("ResourceType", entry) === "directory";
}

function readBlob(entry: string): StoredObject {
  const name = textOf("Name", entry) ?? "";
  // What XML cannot hold is sent so.
  const key = /<Name\s[^>]*Encoded="true"/.test(entry) ? decodeURIComponent(name) : name;
  // Listed without the quotes that it has in a header.
  const version = textOf("Etag", entry)?.replace(/^"?(.*?)"?$/, '"$1"');
  return { key, size: Number(textOf("Content-Length", entry)), version };
}
