/**
 * Runs the steps of action.yml as GitHub's runner does: the step's variables and files, its shell, and what it reads from
 * them afterwards. Only what action.yml uses is known here.
 * @module
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "../package/programs.ts";

/** As the runner names a folder: without a slash at its end. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** A use of the action: what stands below `uses:`. */
export interface Use {
  /** `with:` */
  readonly inputs?: Readonly<Record<string, string>>;
  /** `env:` */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders before all others on PATH. @default {[]} */
  readonly path?: readonly string[];
  /** The tag that the action is used by. @default {""} */
  readonly ref?: string;
  /** A folder in place of GitHub's cache, which may be missing: what the step keeps for its next use. */
  readonly cache?: string;
}

/** What a use left. */
export interface Used {
  /** The exit code of the step that failed, or 0. */
  readonly code: number;
  /** Everything that was printed, as the runner gets it. */
  readonly log: string;
  /** What GITHUB_OUTPUT got. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What GITHUB_STEP_SUMMARY got. */
  readonly summary: string;
  /** What GITHUB_PATH got. */
  readonly path: readonly string[];
}

interface Step {
  readonly env: readonly (readonly [name: string, expression: string])[];
  /** What the shell runs. */
  readonly run: string;
  /** The action of actions/cache that it is. */
  readonly cache: "restore" | "save" | undefined;
}

/** Uses the action once, in a workspace of its own. */
export async function use({ inputs = {}, env = {}, path = [], ref = "", cache }: Use): Promise<Used> {
  const temp = await mkdtemp(join(tmpdir(), "kiroframe-importer-action-"));
  try {
    const files = { GITHUB_OUTPUT: "output", GITHUB_STEP_SUMMARY: "summary", GITHUB_PATH: "path", GITHUB_ENV: "env" };
    const variables: Record<string, string> = { RUNNER_TEMP: temp, GITHUB_ACTION_PATH: ROOT, CI: "true" };
    variables["GITHUB_SERVER_URL"] = env["GITHUB_SERVER_URL"] ?? "http://127.0.0.1:9";
    for (const [name, file] of Object.entries(files)) {
      variables[name] = join(temp, file);
      await writeFile(join(temp, file), "");
    }
    const contexts: Record<string, string> = { "github.action_ref": ref, "github.action_repository": "owner/name" };
    for (const [name, value] of Object.entries(inputs)) contexts[`inputs.${name}`] = value;
    const lines = async (file: string): Promise<string[]> =>
      (await readFile(join(temp, file), "utf8")).split("\n").filter((line) => line !== "");
    let [code, log] = [0, ""];
    for (const step of await steps(inputs)) {
      if (step.cache !== undefined) {
        if (inputs["command"] === "sync") await cached(step.cache, join(temp, inputs["base-dir"] ?? ""), cache);
        continue;
      }
      if (code !== 0) continue;
      const own = step.env.map(([name, expression]) => [name, contexts[expression] ?? ""]);
      const folders = [...(await lines("path")).reverse(), ...path, Deno.env.get("PATH") ?? ""];
      const outcome = await execute(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run], {
        cwd: temp,
        env: { ...env, ...variables, ...Object.fromEntries(own), PATH: folders.join(delimiter) },
      });
      log += outcome.stdout + outcome.stderr;
      code = outcome.code;
    }
    const outputs = (await lines("output")).map((line) => [line.split("=", 1)[0], line.replace(/^[^=]*=/, "")]);
    return {
      code,
      log,
      outputs: Object.fromEntries(outputs),
      summary: (await readFile(join(temp, "summary"), "utf8")).replaceAll(temp, "TEMP"),
      path: await lines("path"),
    };
  } finally {
    await rm(temp, { recursive: true });
  }
}

/** The steps of action.yml, and a refusal of inputs that it does not have. */
async function steps(inputs: Readonly<Record<string, string>>): Promise<Step[]> {
  const text = await readFile(join(ROOT, "action.yml"), "utf8");
  for (const name of Object.keys(inputs)) {
    if (!text.includes(`\n  ${name}:\n    description:`)) throw new Error(`action.yml has no input "${name}"`);
  }
  return text.split(/^ {4}- /m).slice(1).map((step) => ({
    env: [...step.matchAll(/^ {8}(\w+): \$\{\{ (\S+) \}\}$/gm)].map(([, name = "", of = ""]) => [name, of] as const),
    run: /^ {6}run: (.*)$/m.exec(step)?.[1] ?? "exit 99",
    cache: /^ {6}uses: actions\/cache\/(restore|save)@[0-9a-f]{40} # v\S+$/m.exec(step)?.[1] as Step["cache"],
  }));
}

/** Does what actions/cache does with a folder: what is not in the cache is not brought back. */
async function cached(does: "restore" | "save", folder: string, cache: string | undefined): Promise<void> {
  if (cache === undefined) return;
  const [from, to] = does === "restore" ? [cache, folder] : [folder, cache];
  if (!existsSync(from)) return;
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true, preserveTimestamps: true });
}
