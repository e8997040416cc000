/** The one-file bundle beside the source: the same words, files and exit codes, under Deno and under the oldest Node that is promised. */
import assert from "node:assert/strict";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, HEAD } from "../../tools/bundle.ts";
import { bundleCommands, bundleOnce } from "./bundled.ts";
import { execute, nodePath } from "./programs.ts";
import { testSameAsSource } from "./same_as_source.ts";

const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-bundle-"));
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const made = await bundleOnce();
testSameAsSource("the bundle", await bundleCommands());

Deno.test("the bundle runs beside any package.json, as a script and as a module", async () => {
  for (const type of ["commonjs", "module", undefined]) {
    const near = await mkdtemp(join(folder, "near-"));
    const path = join(near, "kiroframe-importer.js");
    await Deno.copyFile(made.path, path);
    await Deno.writeTextFile(join(near, "package.json"), JSON.stringify({ type }));
    for (
      const command of [
        [await nodePath(), path],
        ...(type === "commonjs" ? [[Deno.execPath(), "run", "-A", path]] : []),
      ]
    ) {
      const { code, stdout, stderr } = await execute([...command, "--version"]);
      assert.deepEqual([code, stderr], [0, ""], `${command[0]} with type ${type}`);
      assert.match(stdout, /^kiroframe-importer /);
    }
  }
});

Deno.test("the bundle tells the user of an older runtime what is needed, and goes on under a newer one", () => {
  const cases: [versions: { readonly node: string; readonly deno?: string }, found?: string][] = [
    [{ node: "20.20.2" }, "Node 20.20.2"],
    [{ node: "22.18.9" }, "Node 22.18.9"],
    [{ node: "22.19.0" }],
    [{ node: "24.0.0" }],
    // Deno says that it is some Node.
    [{ node: "26.0.0", deno: "2.4.4" }, "Deno 2.4.4"],
    [{ node: "20.0.0", deno: "2.5.0" }],
    [{ node: "20.0.0", deno: "3.0.0" }],
  ];
  for (const [versions, found] of cases) {
    const said: string[] = [];
    const fake = {
      versions,
      stderr: { write: (text: string) => said.push(text) },
      exit: (code: number) => said.push(`exit ${code}`),
    };
    new Function("process", HEAD.split("\n").slice(1).join("\n"))(fake);
    const needed = "Node 22.19 or newer, or Deno 2.5 or newer";
    const refused = [`ERROR: kiroframe-importer needs ${needed}: found ${found}\n`, "exit 1"];
    assert.deepEqual(said, found === undefined ? [] : refused);
  }
});

Deno.test("the bundle starts with a line for the shell, tells nothing of its builder, and leaves out what is not used", async () => {
  const text = await readFile(made.path, "utf8");
  assert.ok(text.startsWith("#!/usr/bin/env node\n"));
  for (const secret of [Deno.cwd(), Deno.env.get("HOME") ?? "HOME"]) {
    assert.ok(!text.includes(secret), secret);
  }
  const map = JSON.parse(atob(text.slice(text.lastIndexOf("base64,") + 7)));
  assert.deepEqual(map.sources.filter((source: string) => !/^(lib\/[a-z_/0-9]+|main)\.ts$/.test(source)), []);
  // One `import { z } from "zod"` anywhere brings all of zod.
  assert.deepEqual(made.sources.filter((source) => /zod.*\/locales\/de\b/.test(source)), []);
  assert.deepEqual((await bundle(folder)).bytes, made.bytes);
});
