/**
 * Writes what takes from the table of options: params.env.example, the README's table between its markers, and
 * action.yml. tests/cli/docs.test.ts and tests/action/action.test.ts hold them equal.
 */
import { readFile, writeFile } from "node:fs/promises";
import { paramsEnvExample, withOptionsTable } from "./options.ts";
import { actionYml } from "./action_yml.ts";

const root = new URL("../../", import.meta.url);
const example = new URL("params.env.example", root);
await writeFile(example, paramsEnvExample());
const readme = new URL("README.md", root);
await writeFile(readme, withOptionsTable(await readFile(readme, "utf8")));
await writeFile(new URL("action.yml", root), actionYml());
