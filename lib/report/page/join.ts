/**
 * Modules as one script.
 * @module
 */

/** Whole comments between statements: documentation that a page does not need. */
const COMMENT = /^[ \t]*\/\*\*[^]*?\*\/\n/gm;

const IMPORT = /^import [^;]*;\n/gm;

/** Puts modules, each after those that it imports, into one function. What they declare has names that no two share. */
export function joined(modules: readonly string[]): string {
  const texts = modules.map((text) => text.replace(COMMENT, "").replace(IMPORT, "").replace(/^export /gm, ""));
  return `(() => {\n"use strict";\n${texts.join("\n")}\n})();\n`;
}
