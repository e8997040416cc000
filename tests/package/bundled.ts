/**
 * The bundle, made once for all tests of a process, and the words that start it under each runtime.
 * @module
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bundle, bundle } from "../../tools/bundle.ts";
import { nodePath } from "./programs.ts";

/** A runtime's name, and what starts the bundle under it. */
export type BundleCommand = readonly [name: "Deno" | "Node", command: readonly string[]];

let made: Promise<Bundle> | undefined;

/** Returns the bundle; its folder goes when the process ends. */
export function bundleOnce(): Promise<Bundle> {
  return made ??= makeBundle();
}

/** Returns the ways in which the bundle is run. */
export async function bundleCommands(): Promise<readonly BundleCommand[]> {
  const { path } = await bundleOnce();
  return [
    ["Deno", [Deno.execPath(), "run", "-A", "--no-config", path]],
    ["Node", [await nodePath(), path]],
  ];
}

async function makeBundle(): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-bundle-"));
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  return await bundle(folder);
}
