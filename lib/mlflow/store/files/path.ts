/**
 * The folder that a tracking URI names, as MLflow's own client finds it.
 * @module
 */
import process from "node:process";

/** Returns the folder of ./mlruns, /abs/mlruns, file:///abs/mlruns, file:mlruns or C:\mlruns: %20 is a blank in all of them. */
export function folderOf(uri: string, platform: string = process.platform): string {
  const isWindows = platform === "win32";
  const [, rest] = /^file:(.*)$/is.exec(uri) ?? [];
  if (rest === undefined) return isWindows ? uri : unquote(uri);
  const [, host = "", path = ""] = /^(?:\/\/([^/?#]*))?([^?#]*)/.exec(rest) ?? [];
  const plain = unquote(path);
  if (!isWindows) return plain;
  // A disk's letter stands behind the slash that begins a URI's path; a host is that of a network folder.
  const local = plain.replace(/^\/+([a-z])[:|]/i, "$1:").replaceAll("/", "\\");
  return host === "" ? local : `\\\\${host}${local}`;
}

/** Decodes percent signs as Python does: what is no code stays as it is. */
function unquote(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (codes) => {
    const bytes = Uint8Array.from(codes.match(/[\da-f]{2}/gi) ?? [], (code) => parseInt(code, 16));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  });
}
