/**
 * The Windows binary, and a Wine that runs it. Node 26 needs Wine 10, of Debian 13: where this is an older one, that Wine stands in a
 * folder of its own, which is made once and kept.
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../live/parts/venvs.ts";
import { bundleOnce, type FormCommand } from "../package/bundled.ts";
import { execute } from "../package/programs.ts";
import { compileWithNode } from "../../tools/binary/node.ts";
import { install, mayInstall } from "../tools/apt.ts";

const RELEASE = "trixie";

/** Returns the words that start the Windows binary. Rejects where there is no root on Debian. */
export async function windowsCommand(): Promise<FormCommand> {
  const root = await wineFolder();
  const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-windows-"));
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const { path } = await bundleOnce();
  const binary = await compileWithNode("x86_64-pc-windows-msvc", { bundlePath: path, folder });
  const command = ["sh", fileURLToPath(new URL("wine.sh", import.meta.url)), root, tmpdir(), windowsPath(binary)];
  // The first start makes Wine's own drive C, and says so.
  await execute([...command, "--version"]);
  return ["Windows", command];
}

/** Returns a path of this system as the program sees it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

async function wineFolder(): Promise<string> {
  const folder = join(cacheFolder(), `wine-${RELEASE}`);
  if (await stat(folder).then(() => true, () => false)) return folder;
  if (!mayInstall()) throw new Error("These tests need Wine 10 in a folder of its own, which root makes on Debian");
  if (spawnSync("mmdebstrap", ["--version"]).error !== undefined) await install("mmdebstrap");
  await mkdir(cacheFolder(), { recursive: true });
  const made = await mkdtemp(`${folder}-`);
  try {
    const args = ["--variant=minbase", "--include=wine64", "--quiet", RELEASE, join(made, "root")];
    const { success, stderr } = await new Deno.Command("mmdebstrap", { args }).output();
    if (!success) throw new Error(`Cannot make a folder with Wine: ${new TextDecoder().decode(stderr)}`);
    await rename(join(made, "root"), folder);
  } finally {
    await rm(made, { recursive: true });
  }
  return folder;
}
