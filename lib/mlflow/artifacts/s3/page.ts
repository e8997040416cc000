/**
 * A page of a bucket's listing (ListObjectsV2), as S3 and its like write it.
 * @module
 */

/** One object. */
export interface S3Object {
  readonly key: string;
  readonly size: number;
}

/** One page. */
export interface S3Page {
  readonly objects: readonly S3Object[];
  /** Asks for the next one; undefined on the last. */
  readonly token: string | undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Reads a page; undefined for what is none. Nothing in it is nested but what is read here, and no text holds a "<". */
export function readS3Page(xml: string): S3Page | undefined {
  if (!/<ListBucketResult[\s>]/.test(xml)) return undefined;
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = ""]) => ({
    key: textOf("Key", entry) ?? "",
    size: Number(textOf("Size", entry)),
  }));
  const token = textOf("IsTruncated", xml) === "true" ? textOf("NextContinuationToken", xml) : undefined;
  return { objects, token };
}

/** Returns the text of the first element of a name. */
export function textOf(name: string, xml: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? parseInt(hex, 16) : Number(decimal));
  });
}
