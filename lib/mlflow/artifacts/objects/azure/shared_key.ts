/**
 * The signature of an account's key ("Shared Key"), for requests that have no body, and a range only as Azure's own header.
 * @module
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { Authorize } from "../../../../http/types.ts";

/** Whose key it is. */
export interface SharedKey {
  readonly account: string;
  /** In base64. */
  readonly key: string;
  /** The moment, for tests. @default {now} */
  readonly now?: () => Date;
}

/** Of the headers that are signed by their values, those that no request of ours has: before If-Match (Content-Encoding to If-Modified-Since). */
const BEFORE = ["", "", "", "", "", "", ""] as const;

/** And after it (If-None-Match, If-Unmodified-Since, Range). */
const AFTER = ["", "", ""] as const;

/** Returns what signs each attempt. */
export function sharedKeyAuthorize({ account, key, now = () => new Date() }: SharedKey): Authorize {
  const secret = Buffer.from(key, "base64");
  return ({ method, url, headers }) => {
    const date = { "x-ms-date": now().toUTCString() };
    const sent: Readonly<Record<string, string>> = { ...headers, ...date };
    const { pathname, searchParams } = new URL(url);
    const own = Object.keys(sent).filter((name) => name.startsWith("x-ms-")).sort();
    const text = [
      method,
      ...BEFORE,
      sent["if-match"] ?? "",
      ...AFTER,
      ...own.map((name) => `${name}:${sent[name]}`),
      `/${account}${pathname}`,
      ...[...searchParams].sort(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => `${name.toLowerCase()}:${value}`),
    ].join("\n");
    const signature = createHmac("sha256", secret).update(text).digest("base64");
    return Promise.resolve({ ...date, authorization: `SharedKey ${account}:${signature}` });
  };
}
