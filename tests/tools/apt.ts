/** Debian's packages, for tests that need a program of theirs. */
import { existsSync } from "node:fs";
import process from "node:process";

/** Whether packages can be installed: as root on Debian. */
export function mayInstall(): boolean {
  return existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
}

/** Installs packages. Rejects where that fails. */
export async function install(...packages: readonly string[]): Promise<void> {
  for (const args of [["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", ...packages]]) {
    const { success } = await new Deno.Command("apt-get", {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdout: "null",
    }).output();
    if (!success) throw new Error(`apt-get ${args.join(" ")} failed`);
  }
}
