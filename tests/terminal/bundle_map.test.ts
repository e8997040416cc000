import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sourceOf } from "../../lib/terminal/bundle_map.ts";
import { parseCallSite } from "../../lib/terminal/call_site.ts";

/** Line 2 of the bundle: column 0 from line 5 of lib/a.ts, column 10 from line 8. */
const MAP = { version: 3, sources: ["lib/a.ts"], names: [], mappings: ";AAIA,UAGA" };

async function withBundle(text: string, test: (path: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bundle map (x86) "));
  try {
    const path = join(folder, "bundle.js");
    await writeFile(path, text);
    test(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function mapped(map: string): string {
  return `#!/usr/bin/env node\nlet é=1;\n//# sourceMappingURL=data:application/json;base64,${btoa(map)}\n`;
}

Deno.test("sourceOf() gives the source's place for a place in a bundle that carries its map", () =>
  withBundle(mapped(JSON.stringify(MAP)), (path) => {
    for (const each of [path, pathToFileURL(path).href]) {
      assert.deepEqual(sourceOf({ path: each, line: 2, column: 3 }), { path: "lib/a.ts", line: 5, column: 1 });
      assert.deepEqual(sourceOf({ path: each, line: 2, column: 99 }), { path: "lib/a.ts", line: 8, column: 1 });
    }
  }));

Deno.test("sourceOf() gives the frame itself where there is no map, no readable map, or no file", async () => {
  for (const text of ["let a = 1;\n", mapped("no JSON"), mapped('{"version":2}')]) {
    await withBundle(text, (path) => {
      const frame = { path, line: 2, column: 3 };
      assert.equal(sourceOf(frame), frame);
    });
  }
  const gone = { path: "/gone/bundle.js", line: 1, column: 1 };
  assert.equal(sourceOf(gone), gone);
});

Deno.test("parseCallSite() names the source of a bundle's frame, with and without a function's name", () =>
  withBundle(mapped(JSON.stringify(MAP)), (path) => {
    for (const frame of [`x.y (${path}:2:3)`, `${path}:2:3`, `async ${pathToFileURL(path).href}:2:3`]) {
      assert.deepEqual(parseCallSite(`Error\n    at ${frame}`), { file: "a.ts", line: 5 }, frame);
    }
  }));
