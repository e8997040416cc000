/**
 * Whether an artifact's path, which the server chose, may be written below a run's folder.
 * @module
 */

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Longest name of one file or folder that usual file systems take, in bytes of UTF-8. */
const LONGEST_NAME_BYTES = 255;

/**
 * Returns why a path is refused, or null where it is safe: relative, inside the folder, and writable on this platform
 * (node's process.platform). Parts are separated by "/".
 */
export function unsafePathReason(path: string, platform: string): string | null {
  if (path === "") return "refused: the path is empty";
  if (path.includes("\0")) return "refused: the path holds a NUL";
  if (path.startsWith("/")) return "refused: the path is absolute";
  if (/^[a-z]:/i.test(path) && platform === "win32") return "refused: the path names a drive";
  const parts = path.split("/");
  if (parts.some((part) => part === ".." || part === "." || part === "")) {
    return "refused: the path would leave the run's folder, or is not in its plain form";
  }
  if (parts.some((part) => new TextEncoder().encode(part).length > LONGEST_NAME_BYTES)) {
    return `refused: a name of more than ${LONGEST_NAME_BYTES} bytes cannot be written`;
  }
  if (platform === "win32") {
    if (path.includes("\\")) return "refused: the path holds a backslash";
    if (parts.some((part) => WINDOWS_DEVICE.test(part) || /[<>:"|?*]|[. ]$/.test(part))) {
      return "refused: Windows cannot have a file of this name";
    }
  }
  return null;
}

/** The same of a single name: of the folder that is called as a run's id. */
export function unsafeNameReason(name: string, platform: string): string | null {
  if (name.includes("/")) return "refused: a name with a slash is that of a folder elsewhere";
  return unsafePathReason(name, platform);
}
