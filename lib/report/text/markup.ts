/**
 * HTML from templates in which every value is escaped: a name from a server can be nothing but text.
 * @module
 */

/** HTML that is whole and safe as it is. */
export class Markup {
  /** Wraps text that {@linkcode html} made. */
  constructor(readonly text: string) {}
}

/** What may stand in a template; null, undefined and false stand for nothing. */
export type Part = string | number | Markup | null | undefined | false | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes HTML of a template; attributes are written in double quotes there. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const between = withoutIndents(strings);
  let text = between[0] ?? "";
  for (const [index, part] of parts.entries()) text += render(part) + (between[index + 1] ?? "");
  return new Markup(text);
}

const UNINDENTED = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Indents are for who reads the template: a page has a template many thousand times. */
function withoutIndents(strings: TemplateStringsArray): readonly string[] {
  let found = UNINDENTED.get(strings);
  if (found === undefined) {
    UNINDENTED.set(strings, found = strings.map((text) => text.replace(/\s*\n\s*/g, "\n")));
  }
  return found;
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

/** JSON for a script of type application/json: nothing in it can end the script or begin markup. */
export function scriptJson(json: string): string {
  return json.replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return escapeHtml(String(part));
}
