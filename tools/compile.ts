/**
 * Makes binaries of the bundle, in dist/bin.
 *
 *     deno run -A tools/compile.ts [TARGET…] [--runtime node|deno]
 *
 * No target: this machine's; all: every one. No runtime: the one that a release has for the target.
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileWithDeno } from "./binary/deno.ts";
import { compileWithNode } from "./binary/node.ts";
import { type BinaryOptions, RELEASED, type Runtime, type Target, TARGETS } from "./binary/targets.ts";
import { bundle, ROOT } from "./bundle.ts";

/** What a command line asks for. */
export interface Wanted {
  readonly targets: readonly Target[];
  readonly runtime?: Runtime;
}

const MAKERS: Readonly<Record<Runtime, (target: Target, options: BinaryOptions) => Promise<string>>> = {
  node: compileWithNode,
  deno: compileWithDeno,
};

/** Makes one binary and returns its path. */
export async function compile(target: Target, options: BinaryOptions, runtime = RELEASED[target]): Promise<string> {
  return await MAKERS[runtime](target, options);
}

/** Reads a command line. Throws for a target or a runtime that there is not. */
export function wantedBy(args: readonly string[]): Wanted {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { runtime: { type: "string" } },
    allowPositionals: true,
  });
  const { runtime } = values;
  if (runtime !== undefined && !(runtime in MAKERS)) {
    throw new RangeError(`Cannot compile with "${runtime}": expected ${Object.keys(MAKERS).join(", ")}`);
  }
  return { targets: targetsOf(positionals), runtime: runtime as Runtime | undefined };
}

function targetsOf(words: readonly string[]): readonly Target[] {
  if (words.includes("all")) return TARGETS;
  return (words.length === 0 ? [Deno.build.target] : words).map((word) => {
    const target = TARGETS.find((each) => each === word);
    if (target === undefined) throw new RangeError(`Cannot compile for "${word}": expected all, ${TARGETS.join(", ")}`);
    return target;
  });
}

if (import.meta.main) {
  const { targets, runtime } = wantedBy(Deno.args);
  const { path } = await bundle(join(ROOT, "dist"));
  for (const target of targets) {
    const output = await compile(target, { bundlePath: path, folder: join(ROOT, "dist", "bin") }, runtime);
    await Deno.stdout.write(new TextEncoder().encode(`${output}\n`));
  }
}
