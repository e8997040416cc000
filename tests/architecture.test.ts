/** The rules between the rooms of lib (README, "How it is built"), held against the code's own imports. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../lib/version.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Rooms (and single files) that a room may import from; itself is always allowed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "environment.ts": [],
  "errors.ts": [],
  "json.ts": [],
  "python_json.ts": ["json.ts"],
  "source.ts": ["environment.ts", "terminal/types.ts"],
  "sources.ts": ["source.ts", "mlflow"],
  "version.ts": [],
  terminal: ["errors.ts"],
  http: ["environment.ts", "errors.ts", "json.ts", "version.ts", "terminal/types.ts"],
  mlflow: ["http", "environment.ts", "errors.ts", "json.ts", "source.ts", "terminal/types.ts"],
  folder: ["errors.ts", "json.ts", "python_json.ts", "source.ts", "version.ts"],
  export: ["folder", "errors.ts", "json.ts", "python_json.ts", "source.ts", "terminal/types.ts"],
  kiroframe: ["http", "environment.ts", "errors.ts", "json.ts", "terminal/types.ts"],
  sandbox: ["errors.ts", "json.ts", "source.ts"],
};
const TOP = ["cli", "config.ts"];

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sources(): Source[] {
  const paths = readdirSync(join(ROOT, "lib"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts")).map((path) => join("lib", path).replaceAll("\\", "/"));
  return [...paths, "main.ts"].map((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const found = [...text.matchAll(/^(?:import|export)\s[^;]*?from "(\.[^"]+)";/gms)];
    const imports = found.map((match) =>
      relative(ROOT, join(ROOT, dirname(path), match[1] ?? "")).replaceAll("\\", "/")
    );
    return { path, text, imports };
  });
}

function room(path: string): string {
  return path.replace(/^lib\//, "").split("/")[0] ?? "";
}

Deno.test("lib's rooms import along the flow only", () => {
  const wrong = sources().filter(({ path }) => path !== "main.ts" && !TOP.includes(room(path))).flatMap((file) =>
    file.imports.filter((target) => {
      const allowed = MAY_IMPORT[room(file.path)] ?? [];
      return room(target) !== room(file.path) && !allowed.includes(room(target)) &&
        !allowed.includes(target.replace(/^lib\//, ""));
    }).map((target) => `${file.path} imports ${target}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("lib has no import cycles", () => {
  const imports = new Map(sources().map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  function visit(path: string, trail: readonly string[]): void {
    assert.ok(!trail.includes(path), `cycle: ${[...trail, path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  }
  for (const path of imports.keys()) visit(path, []);
});

Deno.test("only main.ts ends the process, only cli and config read its environment, only terminal prints", () => {
  const rules: [RegExp, (path: string) => boolean][] = [
    [/Deno\.exit\b|process\.exit(?:Code)?\b/, (path) => path === "main.ts"],
    [
      /Deno\.env\b|process\.env\b|Deno\.args\b|process\.argv\b/,
      (path) => path === "main.ts" || TOP.includes(room(path)),
    ],
    [
      /\bconsole\.|process\.(?:stdout|stderr)\b|Deno\.(?:stdout|stderr)\b/,
      (path) => path === "main.ts" || room(path) === "terminal",
    ],
    [/from "[^"]*tests\//, () => false],
  ];
  const wrong = sources().flatMap(({ path, text }) =>
    rules.filter(([pattern, isAllowed]) => pattern.test(text) && !isAllowed(path)).map(([pattern]) =>
      `${path}: ${pattern}`
    )
  );
  assert.deepEqual(wrong, []);
});

Deno.test("every file of lib is short enough to have one job", () => {
  const long = sources().filter(({ text }) => text.length > 12_000).map(({ path, text }) => `${path}: ${text.length}`);
  assert.deepEqual(long, []);
});

Deno.test("deno.json and lib/version.ts name one version", () => {
  assert.equal(JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")).version, VERSION);
});
