/**
 * Pages and their tokens: base64 of {"offset": N}.
 * @module
 */
import { Buffer } from "node:buffer";
import { invalid } from "./errors.ts";

export interface Page<T> {
  readonly items: readonly T[];
  /** The token of the next page; undefined at the end. */
  readonly token: string | undefined;
}

/** Makes the token of a page that begins at an offset. */
export function pageToken(offset: number): string {
  return Buffer.from(`{"offset": ${offset}}`).toString("base64");
}

/** Reads a token; "" is the first page. A token may be made up: any offset is taken, 0 only as text. */
export function pageOffset(token: string): number {
  if (token === "") return 0;
  const clean = token.replace(/[^A-Za-z0-9+/=]/g, "");
  if (clean.replace(/=+$/, "").length % 4 === 1 || (!clean.endsWith("=") && clean.length % 4 !== 0)) {
    throw invalid("Invalid page token, could not base64-decode");
  }
  const decoded = Buffer.from(clean, "base64").toString("latin1");
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoded);
  } catch {
    throw invalid(`Invalid page token, decoded value=b'${decoded}'`);
  }
  const told = (parsed as { readonly offset?: unknown })?.offset;
  const offset = Number(told);
  if (!Number.isInteger(offset) || told === 0) {
    throw invalid(`Invalid page token, parsed value=${decoded.replaceAll('"', "'")}`);
  }
  return offset;
}

/** Cuts one page out of a whole listing, and says whether there is a next one. */
export function cutPage<T>(
  all: readonly T[],
  { token, size, looksAhead }: { readonly token: string; readonly size: number; readonly looksAhead: boolean },
): Page<T> {
  const offset = pageOffset(token);
  const items = all.slice(offset, offset + size);
  const isLast = looksAhead ? offset + size >= all.length : items.length < size;
  return { items, token: isLast ? undefined : pageToken(offset + size) };
}

/**
 * Cuts a page out of a listing of which an account may not read all: the basic-auth app leaves out the rest and fills
 * the page with what follows, so that the token of the last page may be "" or lead to a page without items.
 */
export function cutReadablePage<T>(
  all: readonly T[],
  { token, size, mayRead }: {
    readonly token: string;
    readonly size: number;
    readonly mayRead: (item: T) => boolean;
  },
): Page<T> {
  const page = cutPage(all, { token, size, looksAhead: true });
  const items = page.items.filter(mayRead);
  let next = page.token;
  while (items.length < size && next !== undefined && next !== "") {
    const offset = pageOffset(next);
    const refill = all.slice(offset, offset + size - items.length);
    items.push(...refill.filter(mayRead));
    next = refill.length === 0 ? "" : pageToken(offset + refill.length);
  }
  return { items, token: next };
}
