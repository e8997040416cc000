import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { checkBaseDir } from "../../lib/folder/base_dir.ts";
import { UsageError } from "../../lib/errors.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "base-dir-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function refuses(path: string, message: RegExp): Promise<void> {
  await assert.rejects(checkBaseDir(path), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(
      error.message,
      /^Cannot use --base-dir "[^\n]*; expected a folder that can be written, or the path of a new one$/,
    );
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("checkBaseDir() takes folders that are there or can be made, and leaves no trace", async () => {
  await inFolder(async (folder) => {
    await checkBaseDir(folder);
    await checkBaseDir(join(folder, "new", "and", "deep"));
    await checkBaseDir(join(folder, "n".repeat(200)));
    assert.deepEqual(await readdir(folder), []);
  });
});

Deno.test("checkBaseDir() refuses a file, what lies below one, and a broken link", async () => {
  await inFolder(async (folder) => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await symlink(join(folder, "nowhere"), join(folder, "link"));
    await refuses(file, /"[^"]*file" is a file;/);
    await refuses(join(file, "below", "it"), /"[^"]*file" is a file;/);
    await refuses(join(folder, "link"), /ENOENT/);
    await refuses(join(folder, "n".repeat(300)), /ENAMETOOLONG|File name too long/);
    await refuses(join(folder, "a\n\0b"), /a\\n\\x00b/);
    assert.deepEqual((await readdir(folder)).toSorted(), ["file", "link"]);
  });
});

Deno.test({
  name: "checkBaseDir() refuses where the system lets nobody write",
  ignore: process.platform !== "linux",
  async fn(): Promise<void> {
    await refuses("/proc/exports", /ENOENT|EACCES|EPERM/);
  },
});

Deno.test({
  name: "checkBaseDir() refuses a folder without the right to write",
  ignore: process.platform === "win32" || process.getuid?.() === 0,
  async fn(): Promise<void> {
    await inFolder(async (folder) => {
      const locked = join(folder, "locked");
      await mkdir(locked);
      await chmod(locked, 0o500);
      await refuses(join(locked, "exports"), /EACCES/);
    });
  },
});
