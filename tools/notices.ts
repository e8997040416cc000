/**
 * The licences of the packages inside the bundle: whoever passes it on must pass them on with it.
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

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
    const text = file === undefined
      ? await licenceByName({ name, version, folder })
      : (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim();
    return `${"=".repeat(80)}\n${name} ${version}\n\n${text}\n`;
  }));
  return `kiroframe-importer contains these packages, under the licences that follow.\n\n${parts.join("\n")}`;
}

/** Licences that ask for no text to be passed on. */
const WITHOUT_TEXT: ReadonlySet<unknown> = new Set(["Unlicense", "0BSD", "CC0-1.0"]);

async function licenceByName({ name, version, folder }: NpmPackage): Promise<string> {
  const { license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8").catch(() => "{}"));
  if (WITHOUT_TEXT.has(license)) return `${license}: its package comes without the text, and asks for none.`;
  throw new Error(`Cannot pass on ${name} ${version}: it carries no licence`);
}
