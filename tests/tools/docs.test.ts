import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { filesSections, keysTable } from "../../tools/docs/files.ts";
import { reckoningTable } from "../../tools/docs/reckoning.ts";
import { withSection } from "../../tools/docs/table.ts";
import { resultShape } from "../../lib/shapes/result.ts";
import { MLFLOW_VERSIONS } from "../live/parts/servers.ts";
import { LAYOUT } from "../../lib/folder/layout.ts";
import { optionsTable, paramsEnvExample, withOptionsTable } from "../../tools/docs/options.ts";
import { parseEnvFile } from "../../lib/cli/parse/env_file.ts";
import { OPTION_TABLE } from "../../lib/cli/tables/options.ts";
import { parseCommandLine } from "../../lib/cli/parse/command_line.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("params.env.example is what the table of options says (deno task docs:write)", async () => {
  assert.equal(await readFile(new URL("params.env.example", ROOT), "utf8"), paramsEnvExample());
});

Deno.test("docs/options.md holds the table of options (deno task docs:write)", async () => {
  const page = await readFile(new URL("docs/options.md", ROOT), "utf8");
  assert.equal(page, withOptionsTable(page));
});

Deno.test("docs/files.md tells the keys of the shapes that the writers keep to (deno task docs:write)", async () => {
  const page = await readFile(new URL("docs/files.md", ROOT), "utf8");
  assert.equal(page, withSection(page, "files", filesSections()));
  for (const name of Object.values(LAYOUT).filter((name) => /json/.test(name))) {
    assert.match(page, new RegExp(`^## ${name}$`, "m"));
  }
});

Deno.test("docs/json.md tells the keys of the document of --json (deno task docs:write)", async () => {
  const page = await readFile(new URL("docs/json.md", ROOT), "utf8");
  assert.equal(page, withSection(page, "result", keysTable(resultShape)));
});

Deno.test("docs/versions.md and the README have each release that deno task test:versions exports", async () => {
  const page = await readFile(new URL("docs/versions.md", ROOT), "utf8");
  const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) /gm)].map(([, version]) => version);
  assert.deepEqual(rows, MLFLOW_VERSIONS);
  const readme = await readFile(new URL("README.md", ROOT), "utf8");
  const listed = [...readme.matchAll(/^\| MLflow \d +\|(.*)$/gm)].flatMap(([, cell = ""]) =>
    cell.match(/\d+\.\d+\.\d+/g)
  );
  assert.deepEqual(listed, MLFLOW_VERSIONS);
});

Deno.test("docs/many_machines.md is reckoned from the bench's last figures (deno task docs:write)", async () => {
  const page = await readFile(new URL("docs/many_machines.md", ROOT), "utf8");
  const figures = JSON.parse(await readFile(new URL("bench/figures.json", ROOT), "utf8"));
  assert.equal(page, withSection(page, "reckoning", reckoningTable(figures)));
  assert.throws(() => reckoningTable({}), /bench\/figures.json has no "ours .* of export-3.17.2/);
});

Deno.test("the README's lines for pandas and DuckDB are those of docs/parquet.md, which are run", async () => {
  const [readme, page] = await Promise.all(
    ["README.md", "docs/parquet.md"].map((name) => readFile(new URL(name, ROOT), "utf8")),
  );
  const blocks = readme?.match(/^```(python|sql)\n.*?^```$/gms) ?? [];
  assert.equal(blocks.length, 2);
  for (const block of blocks) assert.ok(page?.includes(block), block);
});

Deno.test("the README can be read in five minutes, and what it points to is there", async () => {
  const readme = await readFile(new URL("README.md", ROOT), "utf8");
  assert.ok(readme.length <= 10_000, `README.md has ${readme.length} characters`);
  const pages = ["README.md", ...(await readdir(new URL("docs", ROOT))).map((name) => `docs/${name}`)];
  for (const page of pages.filter((name) => name.endsWith(".md"))) {
    const text = await readFile(new URL(page, ROOT), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) {
      await stat(new URL(target, new URL(page, ROOT)));
    }
  }
});

Deno.test("paramsEnvExample() sets every variable of an option to its default, and can be used as it is", () => {
  const example = paramsEnvExample();
  const variables = parseEnvFile(example, { path: "params.env.example", env: {}, home: "~" });
  const expected = OPTION_TABLE.flatMap(({ variable, default: value }) =>
    variable === undefined ? [] : [[variable, String(value ?? "")]]
  );
  assert.deepEqual(variables, Object.fromEntries(expected));

  const required = ["--tracking-url", "http://h", "--kiroframe-url", "http://k", "--profiling-token", "t"];
  const system = { env: {}, home: "/home/ml", readFile: (): string => example };
  const plain = parseCommandLine(required, system);
  const withFile = parseCommandLine([...required, "--env-file", "x"], system);
  assert.ok(plain.command === "plain" && withFile.command === "plain");
  const { given: _ofFile, ...fromFile } = withFile.config;
  const { given: _ofLine, ...byDefault } = plain.config;
  assert.deepEqual({ ...fromFile, envFile: undefined, environment: {} }, byDefault);
});

Deno.test("optionsTable() has a row for each option, all equally wide", () => {
  const lines = optionsTable().trimEnd().split("\n");
  assert.equal(lines.length, OPTION_TABLE.length + 2);
  assert.equal(new Set(lines.map((line) => line.length)).size, 1);
  assert.match(lines[2] ?? "", /^\| `--import-type TYPE` +\| `IMPORT_TYPE` +\| `mlflow` +\| .*`mlflow` +\|$/);
});

Deno.test("withOptionsTable() replaces what is between the markers, and asks for them", () => {
  const readme = "a\n<!-- options:begin -->\nold\n<!-- options:end -->\nb\n";
  const written = withOptionsTable(readme);
  assert.match(written, /^a\n<!-- options:begin -->\n\n\| Flag[^]*\|\n\n<!-- options:end -->\nb\n$/);
  assert.doesNotMatch(written, /\nold\n/);
  assert.equal(withOptionsTable(written), written);
  assert.throws(() => withOptionsTable("no markers"), /expected <!-- options:begin --> and, after it,/);
});
