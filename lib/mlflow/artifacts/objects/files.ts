/**
 * The files that a store of objects holds below a prefix.
 * @module
 */
import { HttpError } from "../../../http/failure/errors.ts";
import type { ArtifactBody, ArtifactFile } from "../../../source/mod.ts";
import type { ObjectStore, StoredObject } from "./store.ts";

/** Lists all objects below a prefix ("" or one that ends with a slash), by the rest of their keys. Rejects as the store does. */
export async function filesIn(store: ObjectStore, prefix: string, signal?: AbortSignal): Promise<ArtifactFile[]> {
  const files: ArtifactFile[] = [];
  // A server that names a page again would be asked for ever.
  const asked = new Set<string>();
  let token: string | undefined;
  do {
    if (token !== undefined) asked.add(token);
    const page = await store.page({ prefix, token, signal });
    for (const object of page.objects) {
      // A key that ends so stands for a folder.
      if (!object.key.startsWith(prefix) || object.key.endsWith("/")) continue;
      files.push({
        path: object.key.slice(prefix.length),
        size: object.size,
        version: object.version,
        open: (from, signal) => openFrom(store, object, { from, signal }),
      });
    }
    token = page.token;
  } while (token !== undefined && !asked.has(token));
  return files;
}

async function openFrom(
  store: ObjectStore,
  object: StoredObject,
  { from, signal }: { readonly from: number; readonly signal: AbortSignal | undefined },
): Promise<ArtifactBody> {
  const isPart = from > 0 && from < object.size;
  const reply = store.open(object, { from: isPart ? from : undefined, signal });
  const { status, headers, stream } = await reply.catch((error) => {
    // It was written again since it was listed: its beginning is no beginning of what is there now.
    if (isPart && error instanceof HttpError && error.status === 412) return store.open(object, { signal });
    throw error;
  });
  const start = status === 206 ? /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1] : undefined;
  const length = headers.get("content-length");
  return { fromByte: Number(start ?? 0), length: length === null ? null : Number(length), stream };
}
