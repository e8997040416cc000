/**
 * Makes what the image holds, in dist/image: this machine's Linux binary, the libraries that it is linked to with the
 * licences of their packages, and a user. deploy/Dockerfile puts it into an image, for which no other image is needed.
 *
 *     deno run -A tools/image.ts
 *
 * @module
 */
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { compileWithNode } from "./binary/node.ts";
import { nodeLicencePath, type Target } from "./binary/targets.ts";
import { BUNDLE_NAME, ROOT } from "./bundle.ts";
import { makeNpmPackage } from "./npm_package.ts";

/** By number too: Kubernetes must see that it is not root. */
const USER = "importer:x:1993:1993::/data:/nonexistent\n";

/** Makes the folder; what was there is gone. Needs Debian, or what has its `ldd` and `dpkg`. */
export async function makeImageFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const root = join(folder, "root");
  const [programs, licences] = [join(root, "usr", "bin"), join(root, "usr", "share", "licenses")];
  for (const each of [programs, licences, join(root, "etc"), join(root, "tmp"), join(folder, "data")]) {
    await mkdir(each, { recursive: true });
  }
  await chmod(join(root, "tmp"), 0o1777);
  await writeFile(join(root, "etc", "passwd"), USER);

  const [made, target] = [join(folder, "made"), Deno.build.target as Target];
  await makeNpmPackage(made);
  const binary = await compileWithNode(target, { bundlePath: join(made, BUNDLE_NAME), folder: made });
  const program = join(programs, "kiroframe-importer");
  await copyFile(binary, program);
  for (const name of ["LICENSE", "THIRD_PARTY_NOTICES.txt"]) await copyFile(join(made, name), join(licences, name));
  await copyFile(nodeLicencePath(target, made), join(licences, "LICENSE_of_Node.txt"));
  await rm(made, { recursive: true });

  for (const library of await librariesOf(program)) {
    await mkdir(dirname(join(root, library)), { recursive: true });
    await copyFile(library, join(root, library));
    const name = await packageOf(library);
    await copyFile(`/usr/share/doc/${name}/copyright`, join(licences, `${name}.txt`));
  }
}

/** The paths of a program's libraries, the loader among them. */
async function librariesOf(program: string): Promise<string[]> {
  return [...(await run("ldd", program)).matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path = ""]) => path);
}

/** The Debian package that a library is from. dpkg knows it by the path below /usr, or by that without. */
async function packageOf(library: string): Promise<string> {
  const owners = await run("dpkg", "--search", `*/${basename(await Deno.realPath(library))}`);
  return /^([^:\s]+)/.exec(owners)?.[1] ?? "";
}

async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (!success) throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) await makeImageFolder(join(ROOT, "dist", "image"));
