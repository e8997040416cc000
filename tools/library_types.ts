/**
 * Makes one file of the library's types, mod.d.ts: what mod.ts exports, and of all other types no more than that needs.
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { ModuleKind, ModuleResolutionKind, ScriptTarget } from "typescript";
import { ROOT } from "./bundle.ts";

export const TYPES_NAME = "mod.d.ts";

/** Writes mod.d.ts into a folder. Rejects when the types need those of a package: whoever uses the library does not have it. */
export async function bundleTypes(folder: string): Promise<void> {
  const compilerOptions = {
    target: ScriptTarget.ESNext,
    module: ModuleKind.Preserve,
    moduleResolution: ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
    allowImportingTsExtensions: true,
  };
  const made = await rollup({
    input: join(ROOT, "mod.ts"),
    plugins: [dts({ compilerOptions })],
    external: (id) => !id.startsWith(".") && !id.startsWith(ROOT),
  });
  try {
    const { output: [{ code, imports }] } = await made.generate({ format: "es" });
    if (imports.length > 0) throw new Error(`Cannot make ${TYPES_NAME}: it would need ${imports.join(", ")}`);
    await writeFile(join(folder, TYPES_NAME), code);
  } finally {
    await made.close();
  }
}
