/** Whether this system lets a process make a world of its own: containers may forbid it. */
import { spawnSync } from "node:child_process";

/** Whether `unshare` may make users and mounts of its own. Tests that need this are ignored where it is false. */
export const HAS_NAMESPACES: boolean = Deno.build.os === "linux" &&
  spawnSync("unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]).status === 0;
