/**
 * Gathers what a release offers, in dist/release: an archive for each binary, the bundle, the npm package, the list of what is
 * inside, an install.sh that knows the release's address, and SHA256SUMS over them all.
 *
 *     deno run -A tools/release_files.ts https://github.com/OWNER/NAME/releases/download/v0.1.0
 *
 * @module
 */
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { BUNDLE_NAME, ROOT } from "./bundle.ts";
import { SBOM_NAME } from "./sbom.ts";
import { binaryPath, nodeLicencePath, RELEASED, type Target, TARGETS } from "./binary/targets.ts";

/** Where {@linkcode makeReleaseFiles} reads and writes. */
export interface ReleaseOptions {
  /** The address below which the release's files will be, without a slash at its end. */
  readonly url: string;
  /** The folder of the binaries of all targets. */
  readonly binaries: string;
  /** The systems that there are binaries for. @default {all} */
  readonly targets?: readonly Target[];
  /** The folder of the npm package. */
  readonly npmPackage: string;
  /** The folder to make; what was there is gone. */
  readonly folder: string;
}

/** Makes the folder. Rejects when a binary is missing. */
export async function makeReleaseFiles(options: ReleaseOptions): Promise<void> {
  const { url, binaries, targets = TARGETS, npmPackage, folder } = options;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const target of targets) await archive(target, { binaries, npmPackage, folder });
  await copyFile(join(npmPackage, BUNDLE_NAME), join(folder, BUNDLE_NAME));
  await copyFile(join(npmPackage, SBOM_NAME), join(folder, `kiroframe-importer-${SBOM_NAME}`));
  await run(["npm", "pack", "--silent", `--pack-destination=${folder}`], npmPackage);
  const installer = join(folder, "install.sh");
  await writeFile(installer, installerFor(url, await readFile(join(ROOT, "install.sh"), "utf8")));
  await chmod(installer, 0o755);
  const sums = await Promise.all(
    (await readdir(folder)).sort().map(async (name) => `${await sha256(join(folder, name))}  ${name}\n`),
  );
  await writeFile(join(folder, "SHA256SUMS"), sums.join(""));
}

/** Returns install.sh with an address to download from. */
export function installerFor(url: string, script: string): string {
  const line = 'base_url="${KIROFRAME_IMPORTER_BASE_URL:-}"\n';
  if (!/^https?:\/\/[\w.:/-]+$/.test(url)) throw new Error(`Cannot write install.sh: "${url}" is no plain address`);
  if (script.split(line).length !== 2) throw new Error("Cannot write install.sh: the line of its address is not there");
  return script.replace(line, () => line.replace(":-}", `:-${url}}`));
}

interface ArchiveOptions {
  readonly binaries: string;
  readonly npmPackage: string;
  readonly folder: string;
}

/** Packs a target's binary under its plain name, with the licences. */
async function archive(target: Target, { binaries, npmPackage, folder }: ArchiveOptions): Promise<void> {
  const binary = binaryPath(target, binaries);
  const inside = join(folder, target);
  await mkdir(inside);
  const program = `kiroframe-importer${binary.endsWith(".exe") ? ".exe" : ""}`;
  await copyFile(binary, join(inside, program));
  await chmod(join(inside, program), 0o755);
  const others = ["LICENSE", "THIRD_PARTY_NOTICES.txt"];
  for (const file of others) await copyFile(join(npmPackage, file), join(inside, file));
  if (RELEASED[target] === "node") {
    others.push("LICENSE_of_Node.txt");
    await copyFile(nodeLicencePath(target, binaries), join(inside, "LICENSE_of_Node.txt"));
  }
  await run(["tar", "-czf", "archive.tar.gz", program, ...others], inside);
  await rename(join(inside, "archive.tar.gz"), join(folder, `kiroframe-importer-${target}.tar.gz`));
  await rm(inside, { recursive: true });
}

async function sha256(path: string): Promise<string> {
  return createHash("sha256").update(await readFile(path)).digest("hex");
}

async function run([program = "", ...args]: readonly string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, cwd, stdout: "null" }).output();
  if (!success) throw new Error(`Cannot run ${basename(program)}: ${new TextDecoder().decode(stderr).trim()}`);
}

if (import.meta.main) {
  const dist = join(ROOT, "dist");
  await makeReleaseFiles({
    url: Deno.args[0] ?? "",
    binaries: join(dist, "bin"),
    npmPackage: join(dist, "npm"),
    folder: join(dist, "release"),
  });
}
