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

/**
 * Whether a web page is one to sign in at. No status tells: a page is known by what it shows, a field for a password or its own title or text.
 */
export function isLoginPage(html: string): boolean {
  const [title = ""] = /<title\b[^>]*>[^<]*/i.exec(html) ?? [];
  return /<input\b[^>]*\btype\s*=\s*["']?password/i.test(html) || LOGIN.test(title) || LOGIN.test(excerptOf(html));
}

const LOGIN = /\b(?:log|sign)(?:ging|ing)?[ -]?(?:in|on)\b|\bSSO\b/i;

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
