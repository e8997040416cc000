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
 * Whether a web page is one to sign in at. No status tells, and words would tell it in one language alone: a page is known by what it is made
 * of, a field for a password, a form that is posted (single sign-on hands its tickets on so), or a way to lead elsewhere without a redirect.
 */
export function isLoginPage(html: string): boolean {
  return LOGIN.some((part) => part.test(html));
}

const LOGIN: readonly RegExp[] = [
  /<input\b[^>]*\btype\s*=\s*["']?password/i,
  /<form\b[^>]*\bmethod\s*=\s*["']?post/i,
  /<meta\b[^>]*\bhttp-equiv\s*=\s*["']?refresh/i,
];

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
