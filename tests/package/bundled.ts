/**
 * The bundle and the binary, made once for all tests of a process, and the words that start them.
 * @module
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileWithNode } from "../../tools/binary/node.ts";
import type { Target } from "../../tools/binary/targets.ts";
import { type Bundle, bundle } from "../../tools/bundle.ts";
import { HAS_NAMESPACES } from "../tools/namespaces.ts";
import { nodePath, runtimePath, RUNTIMES } from "./programs.ts";

/** A form's name, and what starts the program in it. */
export type FormCommand = readonly [name: string, command: readonly string[]];

/** Runs what follows without root, with nothing in PATH, and where only the folder for temporary files can be written; empty where that is forbidden. */
export const JAIL: readonly string[] = HAS_NAMESPACES
  ? ["sh", fileURLToPath(new URL("jail.sh", import.meta.url)), tmpdir()]
  : [];

let made: Promise<Bundle> | undefined;

/** Returns the bundle; its folder goes when the process ends. */
export function bundleOnce(): Promise<Bundle> {
  return made ??= makeBundle();
}

/** Returns the ways in which the bundle is run. */
export async function bundleCommands(): Promise<readonly FormCommand[]> {
  const { path } = await bundleOnce();
  return [
    ["Deno", [Deno.execPath(), "run", "-A", "--no-config", path]],
    ["Node", [await nodePath(), path]],
  ];
}

/** Returns the ways in which users of npm may run the bundle. */
export async function runtimeCommands(): Promise<readonly FormCommand[]> {
  const { path } = await bundleOnce();
  return await Promise.all(RUNTIMES.map(async (name) => [name, [await runtimePath(name), path]] as const));
}

let binary: Promise<string> | undefined;

/** Returns the path of this machine's binary, with Node inside; its folder goes when the process ends. */
export function binaryOnce(): Promise<string> {
  return binary ??= bundleOnce().then(async ({ path }) =>
    compileWithNode(Deno.build.target as Target, { bundlePath: path, folder: await folderOfOurs() })
  );
}

/** Returns the way in which the binary is run: shut in, as far as this system can. */
export async function binaryCommand(): Promise<FormCommand> {
  return ["the binary", [...JAIL, await binaryOnce()]];
}

async function makeBundle(): Promise<Bundle> {
  return await bundle(await folderOfOurs());
}

async function folderOfOurs(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-bundle-"));
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  return folder;
}
