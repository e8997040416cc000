/**
 * The npm package, packed as it is published and installed in a project, once for all tests of a process.
 * @module
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeNpmPackage } from "../../tools/npm_package.ts";
import { execute, npmCommand, type Outcome } from "../package/programs.ts";

/** A folder as a user of the package has it. */
export interface Project {
  readonly folder: string;
  /** The archive that was installed. */
  readonly archive: string;
  /** The program in it. */
  readonly program: string;
  /** Adds packages of others. */
  install(...packages: readonly string[]): Promise<void>;
  /** Runs a package's command that {@linkcode Project.install} brought, or one that npx fetches. */
  npx(...args: readonly string[]): Promise<Outcome>;
}

let project: Promise<Project> | undefined;

/** Returns the project; it goes when the process ends. */
export function projectOnce(): Promise<Project> {
  return project ??= makeProject();
}

async function makeProject(): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), "kiroframe-importer-npm-"));
  globalThis.addEventListener("unload", () => Deno.removeSync(root, { recursive: true }));
  const folder = join(root, "project");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await makeNpmPackage(join(root, "package"));
  await run([...npmCommand("npm"), "pack", "--silent", join(root, "package")], root);
  const archive = join(root, (await readdir(root)).find((name) => name.endsWith(".tgz")) ?? "");
  const install = async (...packages: readonly string[]): Promise<void> => {
    await run([...npmCommand("npm"), "install", "--silent", "--no-audit", "--no-fund", ...packages], folder);
  };
  await install(archive);
  return {
    folder,
    archive,
    program: join(folder, "node_modules", "kiroframe-importer", "kiroframe-importer.js"),
    install,
    npx: async (...args) => await execute([...npmCommand("npx"), "--yes", ...args], { cwd: folder }),
  };
}

async function run(command: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await execute(command, { cwd });
  assert.equal(code, 0, stderr);
}
