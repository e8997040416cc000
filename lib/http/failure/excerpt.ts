/**
 * Bodies of replies made fit for one line of a message.
 * @module
 */

const MAX_LENGTH = 300;

/** Whether a body is a web page, by its content type or its first tag. */
export function isHtml(body: string, headers?: Headers): boolean {
  const type = headers?.get("content-type") ?? "";
  return /^\s*(?:text\/html|application\/xhtml)/i.test(type) || /^\s*<(?:!doctype\s+html|html)\b/i.test(body);
}

/** Returns the visible text of a body in one line, at most 300 characters, without control characters and tags. */
export function excerptOf(body: string): string {
  const text = isHtml(body) ? withoutTags(body) : body;
  // deno-lint-ignore no-control-regex
  const line = text.slice(0, 4 * MAX_LENGTH).replace(/[\s\x00-\x1f\x7f-\x9f]+/g, " ").trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`;
}

function withoutTags(html: string): string {
  return html
    .replace(/<(script|style|head)\b[^]*?<\/\1\s*>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:nbsp|lt|gt|amp|quot|#39);/g, (entity) => ENTITIES[entity] ?? " ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&#39;": "'",
};
