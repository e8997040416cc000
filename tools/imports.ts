/**
 * The program's files and what each imports: what the rules between rooms are held against.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface SourceFile {
  /** Below the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Paths below the root of the files of ours that it imports, types included, each as often as it is named. */
  readonly imports: readonly string[];
}

/** Reads every TypeScript file of some folders of a tree, and main.ts and mod.ts. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  const below = folders.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts")).map((path) => join(folder, path).replaceAll("\\", "/"))
  );
  return [...below, "main.ts", "mod.ts"].map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const found = text.matchAll(/^(?:import|export)\s[^;]*?from "(\.[^"]+)";|\bimport\("(\.[^"]+)"\)/gms);
    const imports = [...found].map((match) =>
      relative(root, join(root, dirname(path), match[1] ?? match[2] ?? "")).replaceAll("\\", "/")
    );
    return { path, text, imports };
  });
}
