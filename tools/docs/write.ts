/**
 * Writes what takes from the table of options: params.env.example, the table of docs/options.md between its markers, and
 * action.yml. tests/tools/docs.test.ts and tests/action/action.test.ts hold them equal.
 */
import { readFile, writeFile } from "node:fs/promises";
import { paramsEnvExample, withOptionsTable } from "./options.ts";
import { actionYml } from "./action_yml.ts";

const root = new URL("../../", import.meta.url);
const example = new URL("params.env.example", root);
await writeFile(example, paramsEnvExample());
const options = new URL("docs/options.md", root);
await writeFile(options, withOptionsTable(await readFile(options, "utf8")));
await writeFile(new URL("action.yml", root), actionYml());
