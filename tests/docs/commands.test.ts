/** Every command that a page shows is run: here, or by the tests that are named for it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnvFile } from "../../lib/cli/parse/env_file.ts";
import { digitsWorld } from "../../sandbox/world/digits.ts";
import { Lab, runProgram } from "../cli/run_program.ts";
import { makeFolder } from "../mlflow/store/files/folder.ts";
import { writeWorld as writeFolder } from "../mlflow/store/files/world_folder.ts";
import { writeWorld as writeDatabase } from "../mlflow/store/sql/world_database.ts";
import { type Command, commands, wordsOf } from "./pages.ts";

const ROOT = new URL("../../", import.meta.url);

/** Commands that need what is not here, by how they begin, and the tests that run them. */
const ELSEWHERE: readonly (readonly [command: RegExp, tests: string])[] = [
  [/^(deno run --allow-net=|mkdir -p exports$)/, "tests/package/least_privilege.test.ts"],
  [/^(kiroframe-importer sync .* > sync\.json$|jq )/, "tests/docs/json.test.ts"],
  [/^(old\/bin\/kiroframe-importer|diff) /, "tests/live/reference/documented.test.ts"],
];

const PROGRAM = /^(?:kiroframe-importer|deno run -A main\.ts)(?: |$)/;

function isElsewhere({ line }: Command): boolean {
  return ELSEWHERE.some(([command]) => command.test(line));
}

Deno.test("every command of a page is one of the program's, a task that is there, or run by a test that is named", async () => {
  const tasks = JSON.parse(readFileSync(new URL("deno.json", ROOT), "utf8")).tasks;
  const strange = commands().filter((command) => {
    const task = /^(?:npx --yes deno@[\d.]+|deno) task ([\w:]+)/.exec(command.line)?.[1];
    if (task !== undefined) return !(task in tasks);
    if (command.line.startsWith("export ")) {
      return Object.keys(parseEnvFile(command.line, { path: command.page, env: {}, home: "/" })).length === 0;
    }
    return !PROGRAM.test(command.line) && !isElsewhere(command);
  });
  assert.deepEqual(strange, []);
  for (const [, tests] of ELSEWHERE) await stat(new URL(tests, ROOT));
});

Deno.test("every command of the program in a page runs as it stands, on servers and stores in place of the examples", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-docs-"));
  await using lab = await Lab.open();
  try {
    const database = join(folder, "mlflow.db");
    writeDatabase(database, digitsWorld());
    using mlruns = makeFolder();
    writeFolder(mlruns, digitsWorld());
    const { code, stderr } = await runProgram(["export", ...lab.exportFlags]);
    assert.equal(code, 0, stderr);
    const examples: Readonly<Record<string, string>> = {
      "http://localhost:5000": lab.mlflow.url,
      "http://mlflow:5000": lab.mlflow.url,
      "https://my.kiroframe.com": lab.kiroframe.url,
      "TOKEN": lab.kiroframe.token,
      "sqlite:///mlflow.db": `sqlite:///${database}`,
      "postgresql://reader@db/mlflow": `sqlite:///${database}`,
      "./mlruns": mlruns.root,
      "FOLDER": (await lab.folders()).at(-1) ?? "",
    };
    const files = {
      "params.env": `export TRACKING_URI=${lab.mlflow.url}\nexport KIROFRAME_URL=${lab.kiroframe.url}\n` +
        `export PROFILING_TOKEN=${lab.kiroframe.token}\n`,
    };
    for (
      const command of commands().filter(({ line }) => PROGRAM.test(line)).filter((command) => !isElsewhere(command))
    ) {
      await t.step(`${command.page}: ${command.line}`, async () => {
        const words = wordsOf(command.line.replace(PROGRAM, "")).map((word) => examples[word] ?? word);
        const base = words.indexOf("--base-dir");
        if (base !== -1) words[base + 1] = join(folder, "exports");
        const env = base === -1 ? { EXPORT_BASE_DIR: join(folder, "exports") } : {};
        const { code, stderr } = await runProgram(words, { env, files });
        assert.equal(code, 0, stderr);
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
