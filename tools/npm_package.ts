/**
 * Makes the npm package, ready for `npm pack` and `npm publish`, in dist/npm: the program as one file, the library as
 * another with its types, no dependencies, no scripts.
 *
 *     deno run -A tools/npm_package.ts [FOLDER]
 *
 * @module
 */
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundle, BUNDLE_NAME, bundleLibrary, LIBRARY_NAME, OLDEST_NODE, ROOT } from "./bundle.ts";
import { bundleTypes, TYPES_NAME } from "./library_types.ts";
import { noticesOf, packagesOf } from "./notices.ts";
import { SBOM_NAME, sbomOf } from "./sbom.ts";

/** Where npm and the provenance of a release say that the package comes from. */
const REPOSITORY = "git+https://github.com/kiroframe/kiroframe-importer.git";

/** Makes the package in a folder of its own; what was there is gone. */
export async function makeNpmPackage(folder: string): Promise<void> {
  const to = resolve(folder);
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const [{ sources }] = await Promise.all([bundle(to), bundleLibrary(to), bundleTypes(to)]);
  const packages = packagesOf(sources);
  await writeFile(join(to, "THIRD_PARTY_NOTICES.txt"), await noticesOf(packages));
  for (const name of ["README.md", "LICENSE"]) await copyFile(join(ROOT, name), join(to, name));
  const { version, license } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
  const name = "kiroframe-importer";
  await writeFile(join(to, SBOM_NAME), await sbomOf({ name, version, license }, packages));
  const manifest = {
    name,
    version,
    description: "Exports an MLflow tracking server to CSV and JSON, and imports it into Kiroframe",
    keywords: ["mlflow", "kiroframe", "export", "import", "migration"],
    license,
    repository: { type: "git", url: REPOSITORY },
    type: "module",
    bin: { "kiroframe-importer": BUNDLE_NAME },
    exports: {
      ".": { types: `./${TYPES_NAME}`, default: `./${LIBRARY_NAME}` },
      "./package.json": "./package.json",
    },
    types: `./${TYPES_NAME}`,
    sideEffects: false,
    files: [BUNDLE_NAME, LIBRARY_NAME, TYPES_NAME, "THIRD_PARTY_NOTICES.txt", SBOM_NAME],
    engines: { node: `>=${OLDEST_NODE}` },
  };
  await writeFile(join(to, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (import.meta.main) await makeNpmPackage(Deno.args[0] ?? join(ROOT, "dist", "npm"));
