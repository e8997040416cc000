/** The pages that people read, and the commands in them. */
import { readdirSync, readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

/** README.md, CONTRIBUTING.md, the benchmark's page and all of docs/, by path. */
export function pages(): Map<string, string> {
  const paths = [
    "README.md",
    "CONTRIBUTING.md",
    "bench/README.md",
    ...readdirSync(new URL("docs", ROOT)).map((name) => `docs/${name}`),
  ];
  return new Map(
    paths.filter((path) => path.endsWith(".md")).map((path) => [path, readFileSync(new URL(path, ROOT), "utf8")]),
  );
}

/** A command line of a page. */
export interface Command {
  readonly page: string;
  /** As a shell would take it: joined where it goes on in the next line. */
  readonly line: string;
}

/** Every command of the code blocks that are said to be for a shell; a block of `export` lines is one. */
export function commands(): Command[] {
  return [...pages()].flatMap(([page, text]) =>
    [...text.matchAll(/^```sh\n(.*?)^```$/gms)]
      .flatMap(([, block = ""]) => block.startsWith("export ") ? [block] : block.replaceAll(/\\\n\s*/g, "").split("\n"))
      .filter((line) => line.trim() !== "" && !line.startsWith("#")).map((line) => ({ page, line }))
  );
}

/** A command's words, as a shell splits them: quotes of both kinds, comments left out. */
export function wordsOf(line: string): string[] {
  const found = line.matchAll(/\s*(#.*|(?:'[^']*'|"[^"]*"|[^\s'"])+)/g);
  return [...found].map(([, word = ""]) => word).filter((word) => !word.startsWith("#"))
    .map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, one?: string, two?: string) => one ?? two ?? ""));
}
