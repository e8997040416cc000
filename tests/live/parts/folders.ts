/**
 * Reads export folders, whoever wrote them.
 * @module
 */
import { join } from "node:path";

/** Returns a file's text. */
export async function readExport(folder: string, name: string): Promise<string> {
  return await Deno.readTextFile(join(folder, name));
}

/** Returns a file's lines; each has to end with a line feed. */
export async function readLines(folder: string, name: string): Promise<string[]> {
  const lines = (await readExport(folder, name)).split("\n");
  if (lines.pop() !== "") throw new Error(`The last line of ${name} does not end`);
  return lines;
}

/** Returns the files below a folder, by their path relative to it, with their content as text of one character a byte. */
export async function readTree(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const walk = async (below: string): Promise<void> => {
    for await (const entry of Deno.readDir(join(folder, below))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else files.set(path, new TextDecoder("latin1").decode(await Deno.readFile(join(folder, path))));
    }
  };
  await walk("");
  return new Map([...files].sort());
}
