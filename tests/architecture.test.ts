/** The rules between the rooms (docs/architecture.md), held against the code's own imports. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../lib/version.ts";
import { readSources } from "../tools/imports.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What anyone may import: it knows nothing of the work. */
const GROUND = [
  "lib/address.ts",
  "lib/environment.ts",
  "lib/errors.ts",
  "lib/logger.ts",
  "lib/nearest.ts",
  "lib/version.ts",
  "lib/visible.ts",
  "lib/json",
  // What an export writes and an import reads: the two rooms may not know each other, but their lines are the same.
  "lib/lines",
  "lib/runtime",
  // What the files hold: types for whoever writes them, and what docs/files.md is made of.
  "lib/shapes",
];

/**
 * The folders that a folder may import from, besides itself, those below itself and the {@linkcode GROUND}.
 * A folder that is not named here has the arrows of the nearest one above it that is.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "lib/json": [],
  "lib/lines": [],
  "lib/runtime": [],
  "lib/shapes": [],
  "lib/terminal": [],
  "lib/http": [],
  "lib/source": [],
  "lib/rows": ["lib/source"],
  "lib/folder": ["lib/source"],
  "lib/mlflow": ["lib/source", "lib/http"],
  "lib/export": ["lib/source", "lib/rows", "lib/folder"],
  "lib/kiroframe": ["lib/http"],
  "lib/report": ["lib/folder"],
  "lib/jobs": ["lib/source", "lib/rows", "lib/mlflow", "lib/export", "lib/folder", "lib/kiroframe", "lib/report"],
  "lib/cli": ["lib/jobs", "lib/export", "lib/folder", "lib/kiroframe", "lib/source", "lib/mlflow", "lib/terminal"],
  "sandbox": ["lib/source"],
};

/** Single imports beside the arrows, each with its reason. */
const EXCEPTIONS: readonly (readonly [from: string, to: string])[] = [
  // `demo` is the one command that brings its servers along.
  ["lib/cli/commands/demo.ts", "sandbox/demo/"],
  ["lib/cli/commands/demo.ts", "sandbox/world/"],
];

/** What serves tests alone, and therefore is not in the bundle. */
const FOR_TESTS: readonly string[] = [
  "sandbox/faults.ts",
  "sandbox/kiroframe/faults.ts",
  "sandbox/kiroframe/mod.ts",
  "sandbox/mlflow/entry",
  "sandbox/mlflow/faults.ts",
  "sandbox/mlflow/mod.ts",
  "sandbox/mlflow/page_faults.ts",
  "sandbox/mlflow/protocol/refusals.ts",
  "sandbox/mlflow/query",
  "sandbox/mlflow/writes",
];

/** More files than this in one folder are a pile that hides further folders. */
const MOST_FILES = 16;

const FILES = readSources(ROOT, ["lib", "sandbox"]);

const ROOMS = FILES.filter(({ path }) => path.includes("/"));

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function arrowsOf(path: string): { readonly room: string; readonly arrows: readonly string[] } {
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const arrows = ARROWS[folder];
    if (arrows !== undefined) return { room: folder, arrows };
  }
  return { room: dirname(path), arrows: [] };
}

Deno.test("rooms import along the arrows only", () => {
  const wrong = ROOMS.flatMap(({ path, imports }) => {
    const { room, arrows } = arrowsOf(path);
    const allowed = dirname(path) === "lib" ? GROUND : [room, ...arrows, ...GROUND];
    return imports
      .filter((target) => !allowed.some((folder) => isBelow(target, folder)))
      .filter((target) => !EXCEPTIONS.some(([from, to]) => path === from && target.startsWith(to)))
      .map((target) => `${path} imports ${target}`);
  });
  assert.deepEqual(wrong, []);
});

Deno.test("the program brings nothing along that serves tests alone", () => {
  const importsOf = new Map(FILES.map(({ path, imports }) => [path, imports]));
  const reached = new Set(["main.ts"]);
  for (const path of reached) for (const target of importsOf.get(path) ?? []) reached.add(target);
  const areThere = FOR_TESTS.filter((part) => FILES.some(({ path }) => isBelow(path, part)));
  assert.deepEqual(areThere, FOR_TESTS);
  assert.deepEqual([...reached].filter((path) => FOR_TESTS.some((part) => isBelow(path, part))), []);
  assert.ok(reached.has("sandbox/demo/mlflow.ts"));
});

Deno.test("every room has arrows of its own or a room above it that has", () => {
  const without = ROOMS.filter(({ path }) => dirname(path) !== "lib" && !(arrowsOf(path).room in ARROWS));
  assert.deepEqual(without.map(({ path }) => path), []);
});

Deno.test("no file and no folder stands in a circle", () => {
  const depths = [2, 3, 4].map((depth) => (path: string) => dirname(path).split("/").slice(0, depth).join("/"));
  for (const nodeOf of [(path: string) => path, dirname, ...depths]) {
    const graph = new Map<string, Set<string>>();
    for (const { path, imports } of ROOMS) {
      const targets = graph.get(nodeOf(path)) ?? new Set();
      for (const target of imports) if (nodeOf(target) !== nodeOf(path)) targets.add(nodeOf(target));
      graph.set(nodeOf(path), targets);
    }
    assert.equal(circleIn(graph), null);
  }
});

function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string | null {
  const done = new Set<string>();
  function visit(node: string, trail: readonly string[]): string | null {
    if (trail.includes(node)) return [...trail, node].join(" -> ");
    if (done.has(node)) return null;
    for (const target of graph.get(node) ?? []) {
      const circle = visit(target, [...trail, node]);
      if (circle !== null) return circle;
    }
    done.add(node);
    return null;
  }
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== null) return circle;
  }
  return null;
}

Deno.test("a folder is a room, not a pile, and its files do not repeat its name", () => {
  const tops = ["lib", "sandbox", "tools", "bench", "tests"];
  const folders = tops.flatMap((top) => [
    top,
    ...readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory())
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/")),
  ]).filter((folder) => !folder.includes("fixtures"));
  const files = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);
  assert.deepEqual(folders.filter((folder) => files(folder).length > MOST_FILES), []);
  const repeating = folders.flatMap((folder) =>
    files(folder).filter((name) => new RegExp(`^${basename(folder)}(_|\\.ts$)`).test(name)).map((name) =>
      `${folder}/${name}`
    )
  );
  assert.deepEqual(repeating, []);
});

Deno.test("only main.ts ends the process, only cli reads its environment, only terminal prints", () => {
  const rules: [RegExp, (path: string) => boolean][] = [
    [/Deno\.exit\b|process\.exit(?:Code)?\b/, (path) => path === "main.ts"],
    [
      /Deno\.env\b|process\.env\b|Deno\.args\b|process\.argv\b/,
      (path) => path === "main.ts" || isBelow(path, "lib/cli"),
    ],
    [
      /\bconsole\.|process\.(?:stdout|stderr)\b|Deno\.(?:stdout|stderr)\b/,
      (path) => path === "main.ts" || isBelow(path, "lib/terminal"),
    ],
    [/from "[^"]*tests\//, () => false],
  ];
  const wrong = FILES.flatMap(({ path, text }) =>
    rules.filter(([pattern, isAllowed]) => pattern.test(text) && !isAllowed(path)).map(([pattern]) =>
      `${path}: ${pattern}`
    )
  );
  assert.deepEqual(wrong, []);
});

Deno.test("every file is short enough to have one job", () => {
  const long = FILES.filter(({ text }) => text.length > 12_000).map(({ path, text }) => `${path}: ${text.length}`);
  assert.deepEqual(long, []);
});

Deno.test("deno.json and lib/version.ts name one version", () => {
  assert.equal(JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")).version, VERSION);
});
