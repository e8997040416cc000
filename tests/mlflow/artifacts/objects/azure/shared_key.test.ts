import assert from "node:assert/strict";
import { sharedKeyAuthorize } from "../../../../../lib/mlflow/artifacts/objects/azure/shared_key.ts";

/** No key of anybody's: base64 of a sentence. */
const KEY = "YSBrZXkgb2YgdGhlIHRlc3RzLCB3aGljaCBpcyBub25l";

/** What azure-storage-blob 12.31.1 (SharedKeyCredentialPolicy) writes for the same. */
const SIGNATURES: readonly {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly authorization: string;
}[] = [
  {
    url: "https://acct.blob.core.windows.net/box" +
      "?restype=container&comp=list&include=metadata&prefix=1%2Fr%20%2B%26%2F&marker=x%3D%3D",
    headers: {},
    authorization: "SharedKey acct:XA0E92UwCF7RKRmHEFTh+l81okDJbXw2d9fmhIlHl3Y=",
  },
  {
    url: "https://acct.blob.core.windows.net/box/1/r/a%20b%2Bc%20%28%C3%A9%29%21%27.txt",
    headers: {},
    authorization: "SharedKey acct:ellGDIEk6QvVDsd3bwSdHrAZBHlnWDx7RDyiXuMohOI=",
  },
  {
    url: "http://127.0.0.1:10000/acct/box/f",
    headers: { "x-ms-range": "bytes=5-", "if-match": '"0x8DAB"' },
    authorization: "SharedKey acct:wSKyK0Td8mENMtQJnGQd3oWpMEvX0PJ49twHeaPfTj4=",
  },
];

Deno.test("sharedKeyAuthorize() signs as Azure's own client does", async () => {
  const now = (): Date => new Date("2026-11-28T15:30:00Z");
  for (const { url, headers, authorization } of SIGNATURES) {
    const sign = sharedKeyAuthorize({ account: "acct", key: KEY, now });
    const signed = await sign({ method: "GET", url, headers: { "x-ms-version": "2021-08-06", ...headers } });
    assert.deepEqual(signed, { "x-ms-date": "Sat, 28 Nov 2026 15:30:00 GMT", authorization }, url);
  }
});
