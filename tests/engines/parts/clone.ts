/**
 * The project as whoever checks it out gets it.
 * @module
 */
import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./command.ts";

/** The project's folder, without a slash at its end. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** Copies what git would commit to a new repository of one commit. */
export async function cloneProject(to: string): Promise<void> {
  const { stdout } = await run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  for (const path of stdout.split("\0")) {
    if (path === "" || !await exists(join(ROOT, path))) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(ROOT, path), join(to, path));
  }
  const git = ["git", "-c", "user.name=tests", "-c", "user.email=tests@example.org"];
  await run(["git", "init", "--quiet", "--initial-branch=main", to]);
  await run([...git, "remote", "add", "origin", "https://github.com/kiroframe/kiroframe-importer"], { cwd: to });
  await run([...git, "add", "--all"], { cwd: to });
  await run([...git, "commit", "--quiet", "--message=All of it"], { cwd: to });
}

/** Whether there is a file or folder. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
