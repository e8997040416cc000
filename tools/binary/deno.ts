/**
 * Binaries by `deno compile`: the runtime and one file, in place of 12 MB of sources and packages.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { type BinaryOptions, binaryPath, type Target } from "./targets.ts";

/**
 * All that the program needs of a machine: servers, files and variables of the user's choice, and the home folder for
 * `~`. No other programs, no native libraries, no code from elsewhere; what is missing fails and is not asked for.
 */
export const PERMISSIONS: readonly string[] = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys=homedir",
  "--deny-import",
  "--no-prompt",
];

/** Makes one binary and returns its path. The runtime for the target comes from Deno's release host, or from DENORT_BIN. */
export async function compileWithDeno(target: Target, { bundlePath, folder }: BinaryOptions): Promise<string> {
  const output = binaryPath(target, folder);
  await mkdir(folder, { recursive: true });
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      ...["--quiet", "--no-config", "--no-lock", "--app-name=kiroframe-importer", `--target=${target}`],
      ...PERMISSIONS,
      `--output=${output}`,
      bundlePath,
    ],
  });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot compile for ${target}: ${new TextDecoder().decode(stderr).trim()}`);
  return output;
}
