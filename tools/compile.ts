/**
 * Makes binaries of the bundle, in dist/bin: the runtime and one file of 1.3 MB, in place of 12 MB of sources and packages.
 *
 *     deno run -A tools/compile.ts [TARGET…]     # no target: this machine's; all: every one
 *
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { bundle, ROOT } from "./bundle.ts";

/** The systems that binaries are made for, as Deno names them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

export type Target = typeof TARGETS[number];

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

/** Where {@linkcode compile} reads and writes. */
export interface CompileOptions {
  readonly bundlePath: string;
  /** The folder of the binary. */
  readonly folder: string;
}

/** Returns the path of a target's binary. */
export function binaryPath(target: Target, folder: string): string {
  return join(folder, `kiroframe-importer-${target}${target.includes("windows") ? ".exe" : ""}`);
}

/** Makes one binary and returns its path. The runtime for the target comes from Deno's release host, or from DENORT_BIN. */
export async function compile(target: Target, { bundlePath, folder }: CompileOptions): Promise<string> {
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

/** Returns the targets that words of a command line name: none names this machine, "all" every one. */
export function targetsOf(words: readonly string[]): readonly Target[] {
  if (words.includes("all")) return TARGETS;
  return (words.length === 0 ? [Deno.build.target] : words).map((word) => {
    const target = TARGETS.find((each) => each === word);
    if (target === undefined) throw new RangeError(`Cannot compile for "${word}": expected all, ${TARGETS.join(", ")}`);
    return target;
  });
}

if (import.meta.main) {
  const targets = targetsOf(Deno.args);
  const { path } = await bundle(join(ROOT, "dist"));
  for (const target of targets) {
    const output = await compile(target, { bundlePath: path, folder: join(ROOT, "dist", "bin") });
    await Deno.stdout.write(new TextEncoder().encode(`${output}\n`));
  }
}
