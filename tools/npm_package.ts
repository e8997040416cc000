/**
 * Makes the npm package, ready for `npm pack` and `npm publish`, in dist/npm: one file, no dependencies, no scripts.
 *
 *     deno run -A tools/npm_package.ts [FOLDER]
 *
 * @module
 */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundle, BUNDLE_NAME, OLDEST_NODE, ROOT } from "./bundle.ts";
import { noticesOf, packagesOf } from "./notices.ts";

/** Makes the package in a folder of its own; what was there is gone. */
export async function makeNpmPackage(folder: string): Promise<void> {
  const to = resolve(folder);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const { sources } = await bundle(to);
  await writeFile(join(to, "THIRD_PARTY_NOTICES.txt"), await noticesOf(packagesOf(sources)));
  for (const name of ["README.md", "LICENSE"]) await copyFile(join(ROOT, name), join(to, name));
  const { version, license } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  const manifest = {
    name: "kiroframe-importer",
    version,
    description: "Exports an MLflow tracking server to CSV and JSON, and imports it into Kiroframe",
    keywords: ["mlflow", "kiroframe", "export", "import", "migration"],
    license,
    type: "commonjs",
    bin: { "kiroframe-importer": BUNDLE_NAME },
    files: [BUNDLE_NAME, "THIRD_PARTY_NOTICES.txt"],
    engines: { node: `>=${OLDEST_NODE}` },
  };
  await writeFile(join(to, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (import.meta.main) await makeNpmPackage(Deno.args[0] ?? join(ROOT, "dist", "npm"));
