/**
 * The XML of listings, as far as they need it: no element in them is inside one of its own name, and no text holds a "<".
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Bytes of a page: a thousand keys are a few of these. */
export const MAX_PAGE_BYTES = 64 << 20;

/** Whether a text is a whole document with this root. */
export function isWhole(root: string, xml: string): boolean {
  return new RegExp(`<${root}[\\s>]`).test(xml) && xml.trimEnd().endsWith(`</${root}>`);
}

/** Returns what is inside of each element of a name. */
export function elementsOf(name: string, xml: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, "gs"))].map(([, inner = ""]) => inner);
}

/** Returns the text of the first element of a name. */
export function textOf(name: string, xml: string): string | undefined {
  const text = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? parseInt(hex, 16) : Number(decimal));
  });
}
