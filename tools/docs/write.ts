/**
 * Writes what takes from the program's tables and shapes: params.env.example, the table of docs/options.md and the sections of
 * docs/files.md and the one of docs/json.md between their markers, and action.yml. tests/tools/docs.test.ts and tests/action/action.test.ts hold them equal.
 */
import { readFile, writeFile } from "node:fs/promises";
import { paramsEnvExample, withOptionsTable } from "./options.ts";
import { actionYml } from "./action_yml.ts";
import { filesSections, keysTable } from "./files.ts";
import { resultShape } from "../../lib/shapes/result.ts";
import { reckoningTable } from "./reckoning.ts";
import { withSection } from "./table.ts";

const root = new URL("../../", import.meta.url);
const example = new URL("params.env.example", root);
await writeFile(example, paramsEnvExample());
const options = new URL("docs/options.md", root);
await writeFile(options, withOptionsTable(await readFile(options, "utf8")));
await writeFile(new URL("action.yml", root), actionYml());
const files = new URL("docs/files.md", root);
await writeFile(files, withSection(await readFile(files, "utf8"), "files", filesSections()));
const json = new URL("docs/json.md", root);
await writeFile(json, withSection(await readFile(json, "utf8"), "result", keysTable(resultShape)));
const machines = new URL("docs/many_machines.md", root);
const figures = JSON.parse(await readFile(new URL("bench/figures.json", root), "utf8"));
await writeFile(machines, withSection(await readFile(machines, "utf8"), "reckoning", reckoningTable(figures)));
