/** Disks of a test's own, where this process may mount. */
import assert from "node:assert/strict";

/** Runs a command of the system; false where it fails or is not there. */
export async function system(command: string, ...args: readonly string[]): Promise<boolean> {
  const output = new Deno.Command(command, { args: [...args], stdout: "null", stderr: "null" }).output();
  return (await output.catch(() => ({ success: false }))).success;
}

/** Mounts, runs, and unmounts; false where this process may not mount. */
export async function withMount(args: readonly string[], path: string, work: () => Promise<void>): Promise<boolean> {
  if (Deno.build.os !== "linux" || !await system("mount", ...args, path)) return false;
  try {
    await work();
  } finally {
    assert.ok(await system("umount", path));
  }
  return true;
}
