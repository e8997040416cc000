/**
 * Writes what documentation takes from the table of options: params.env.example, and the README's table between its
 * markers. tests/cli/docs.test.ts holds them equal.
 */
import { readFile, writeFile } from "node:fs/promises";
import { paramsEnvExample, withOptionsTable } from "../../lib/cli/docs.ts";

const root = new URL("../../", import.meta.url);
const example = new URL("params.env.example", root);
await writeFile(example, paramsEnvExample());
const readme = new URL("README.md", root);
await writeFile(readme, withOptionsTable(await readFile(readme, "utf8")));
