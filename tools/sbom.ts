/**
 * The list of what is inside the bundle, for those who must know of every part that they run (CycloneDX, by `npm sbom`).
 * @module
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NpmPackage } from "./notices.ts";

export const SBOM_NAME = "sbom.cdx.json";

/** What the list is of. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Returns the list as JSON: exactly the packages given, which is fewer than those that npm would install for them. */
export async function sbomOf(product: Product, packages: readonly NpmPackage[]): Promise<string> {
  const root = { ...product, dependencies: Object.fromEntries(packages.map(({ name, version }) => [name, version])) };
  const parts = await Promise.all(packages.map(async ({ name, version, folder }) => {
    const { license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    return [`node_modules/${name}`, { version, license }] as const;
  }));
  const lock = { ...product, lockfileVersion: 3, packages: { "": root, ...Object.fromEntries(parts) } };
  const scratch = await mkdtemp(join(tmpdir(), "kiroframe-importer-sbom-"));
  try {
    // npm names the product as its folder is named.
    const folder = join(scratch, product.name);
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify(root));
    await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
    const npm = Deno.build.os === "windows" ? ["cmd", "/c", "npm"] : ["npm"];
    const [program = "", ...args] = [...npm, "sbom", "--package-lock-only", "--sbom-format=cyclonedx"];
    const command = new Deno.Command(program, { args: [...args, "--sbom-type=application"], cwd: folder });
    const { success, stdout, stderr } = await command.output();
    if (!success) throw new Error(`Cannot list what is inside: ${new TextDecoder().decode(stderr).trim()}`);
    return new TextDecoder().decode(stdout);
  } finally {
    await rm(scratch, { recursive: true });
  }
}
