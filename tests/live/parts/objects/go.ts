/**
 * Programs that Go builds where they are not there: minutes, once, kept in the user's cache folder.
 * @module
 */
import { join } from "node:path";
import { cacheFolder } from "../venvs.ts";

/** What is built. */
export interface GoProgram {
  /** "github.com/versity/versitygw/cmd/versitygw"; its last part is the program's name. */
  readonly module: string;
  readonly version: string;
}

/** Returns the path of a program. */
export async function goProgram({ module, version }: GoProgram): Promise<string> {
  const name = module.split("/").at(-1) ?? "";
  const folder = join(cacheFolder(), "go", `${name}-${version}`);
  const path = join(folder, name);
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  const { success, stderr } = await new Deno.Command("go", {
    args: ["install", `${module}@${version}`],
    env: { GOBIN: folder },
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot build ${name}: ${new TextDecoder().decode(stderr)}`);
  return path;
}
