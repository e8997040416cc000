/**
 * Binaries by Node's single executable applications: its own executable with the bundle inside. Node's permissions are not
 * set: with them it refuses fdatasync, by which an export outlives a power cut.
 * @module
 */
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BUNDLE_NAME } from "../bundle.ts";
import { nodeRuntime } from "./node_runtime.ts";
import { type BinaryOptions, binaryPath, nodeLicencePath, type Target } from "./targets.ts";

/**
 * Makes one binary, Node's licence beside it, and returns its path. It is made by this machine's Node of the target's, which npm has. One for macOS must be
 * signed there before it starts: `codesign --sign - FILE`.
 */
export async function compileWithNode(target: Target, { bundlePath, folder }: BinaryOptions): Promise<string> {
  const output = resolve(binaryPath(target, folder));
  const builder = await nodeRuntime(Deno.build.target as Target);
  const runtime = await nodeRuntime(target);
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(tmpdir(), "kiroframe-importer-node-"));
  try {
    const config = {
      main: resolve(bundlePath),
      mainFormat: "module",
      output: `${output}.new`,
      executable: runtime.executable,
      disableExperimentalSEAWarning: true,
      // NODE_OPTIONS are for the user's own Node, not for the one in here.
      execArgvExtension: "none",
      // For the source map at its end: lib/terminal/bundle_map.ts.
      assets: { [BUNDLE_NAME]: resolve(bundlePath) },
    };
    await writeFile(join(scratch, "sea.json"), JSON.stringify(config));
    const command = new Deno.Command(builder.executable, { args: ["--build-sea", join(scratch, "sea.json")] });
    const { success, stdout, stderr } = await command.output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (!success) throw new Error(`Cannot compile for ${target}: ${said.trim()}`);
    // One that runs cannot be written over, but can be put out of the way.
    await rename(`${output}.new`, output);
    await copyFile(runtime.licence, nodeLicencePath(target, folder));
    return output;
  } finally {
    await rm(scratch, { recursive: true });
  }
}
