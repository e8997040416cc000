/**
 * The licences of the packages inside the bundle: whoever passes it on must pass them on with it.
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A package from npm. */
export interface NpmPackage {
  /** With its scope: "@logtape/logtape". */
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** Where Deno keeps its files. */
  readonly folder: string;
}

/** Returns the packages that files of Deno's npm cache belong to, each once, by name. */
export function packagesOf(paths: readonly string[]): NpmPackage[] {
  const packages = new Map<string, NpmPackage>();
  for (const path of paths) {
    const [, folder, name, version] =
      /^(.*\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*))\//.exec(path.replaceAll("\\", "/")) ?? [];
    if (folder !== undefined && name !== undefined && version !== undefined) {
      packages.set(name, { name, version, folder });
    }
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the text of THIRD_PARTY_NOTICES.txt. Rejects when a package carries no licence. */
export async function noticesOf(packages: readonly NpmPackage[]): Promise<string> {
  const parts = await Promise.all(packages.map(async ({ name, version, folder }) => {
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
    if (file === undefined) throw new Error(`Cannot pass on ${name} ${version}: it carries no licence`);
    const text = await readFile(join(folder, file), "utf8");
    return `${"=".repeat(80)}\n${name} ${version}\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
  }));
  return `kiroframe-importer contains these packages, under the licences that follow.\n\n${parts.join("\n")}`;
}
