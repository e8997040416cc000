/**
 * Names chosen by patterns: `*` stands for any text, `?` for any one character, everything else for itself.
 * @module
 */

/** Tells whether a name matches one of the patterns. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const literal = pattern.replace(/[\\^$.+()[\]{}|]/g, "\\$&");
    return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
  });
  return (name) => expressions.some((expression) => expression.test(name));
}
