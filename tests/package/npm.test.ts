/** The npm package: what it holds, and that `npx` runs it. */
import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { VERSION } from "../../lib/version.ts";
import { noticesOf, packagesOf } from "../../tools/notices.ts";
import { makeNpmPackage } from "../../tools/npm_package.ts";
import { execute, nodePath, npmCommand, type Outcome, sourceCommand } from "./programs.ts";

const folder = await mkdtemp(join(tmpdir(), "kiroframe-importer-npm-"));
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const made = join(folder, "package");
await makeNpmPackage(made);

/** Runs npm or npx under the oldest Node that is promised, with a cache of its own. */
async function npm(program: "npm" | "npx", args: readonly string[], cwd: string): Promise<Outcome> {
  const env = {
    PATH: [dirname(await nodePath()), Deno.env.get("PATH") ?? ""].join(delimiter),
    npm_config_cache: join(folder, "cache"),
    npm_config_update_notifier: "false",
  };
  const outcome = await execute([...npmCommand(program), ...args], { cwd, env });
  assert.equal(outcome.code, 0, outcome.stderr);
  return outcome;
}

Deno.test("the npm package has one program, one module with types, no scripts, no dependencies, and the project's version", async () => {
  const manifest = JSON.parse(await readFile(join(made, "package.json"), "utf8"));
  assert.equal(manifest.version, VERSION);
  assert.deepEqual(manifest.bin, { "kiroframe-importer": "kiroframe-importer.js" });
  assert.equal(manifest.type, "module");
  assert.deepEqual(manifest.exports["."], { types: "./mod.d.ts", default: "./mod.js" });
  for (const name of manifest.files) assert.ok((await stat(join(made, name))).size > 1000, name);
  assert.match(manifest.engines.node, /^>=22\./);
  for (const key of ["scripts", "dependencies", "optionalDependencies", "peerDependencies", "devDependencies"]) {
    assert.ok(!(key in manifest), key);
  }
});

Deno.test("the npm package carries the licence of each package in its bundle", async () => {
  const notices = await readFile(join(made, "THIRD_PARTY_NOTICES.txt"), "utf8");
  for (const name of ["@logtape/logtape", "commander", "csv-stringify", "undici", "zod"]) {
    assert.match(notices, new RegExp(`^=+\\n${name} \\d+\\.\\d+\\.\\d+\\n\\n(?=[^=]*licen)`, "mi"), name);
  }
  assert.doesNotMatch(notices, /fast-check/);
});

Deno.test("the npm package lists what is in its bundle: each package that it carries a licence of, and no other", async () => {
  const sbom = JSON.parse(await readFile(join(made, "sbom.cdx.json"), "utf8"));
  assert.deepEqual([sbom.bomFormat, sbom.metadata.component.name, sbom.metadata.component.version], [
    "CycloneDX",
    "kiroframe-importer",
    VERSION,
  ]);
  const notices = await readFile(join(made, "THIRD_PARTY_NOTICES.txt"), "utf8");
  const licensed = [...notices.matchAll(/^=+\n(\S+) (\S+)$/gm)].map(([, name, version]) => `${name}@${version}`);
  type Component = {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses: unknown[];
  };
  const components: readonly Component[] = sbom.components;
  assert.deepEqual(components.map(({ name, version }) => `${name}@${version}`).sort(), licensed.sort());
  for (const { purl, licenses } of components) assert.ok(purl.startsWith("pkg:npm/") && licenses.length === 1, purl);
});

Deno.test("packagesOf() finds packages by their place in the cache, each once", () => {
  const packages = packagesOf([
    "/cache/npm/host.example/@a/b/1.2.3/dist/x.js",
    "/cache/npm/host.example/@a/b/1.2.3/dist/y.js",
    "C:\\cache\\npm\\host.example\\zod\\4.0.0-beta.1\\index.js",
    "/project/lib/errors.ts",
  ]);
  assert.deepEqual(packages, [
    { name: "@a/b", version: "1.2.3", folder: "/cache/npm/host.example/@a/b/1.2.3" },
    { name: "zod", version: "4.0.0-beta.1", folder: "C:/cache/npm/host.example/zod/4.0.0-beta.1" },
  ]);
});

Deno.test("noticesOf() refuses a package without a licence", async () => {
  const empty = join(folder, "unlicensed");
  await mkdir(empty);
  await assert.rejects(noticesOf([{ name: "x", version: "1.0.0", folder: empty }]), /Cannot pass on x 1\.0\.0/);
  await writeFile(join(empty, "package.json"), '{ "license": "Unlicense" }');
  assert.match(
    await noticesOf([{ name: "x", version: "1.0.0", folder: empty }]),
    /Unlicense: its package comes without/,
  );
});

Deno.test("npm packs the package, and npx runs what it packed", async () => {
  await npm("npm", ["pack", "--silent"], made);
  const [name = ""] = (await readdir(made)).filter((entry) => entry.endsWith(".tgz"));
  assert.equal(name, `kiroframe-importer-${VERSION}.tgz`);
  const elsewhere = join(folder, "elsewhere");
  await mkdir(elsewhere);
  await copyFile(join(made, name), join(elsewhere, name));
  await rm(join(made, name));
  const { stdout } = await npm("npx", ["--yes", `./${name}`, "--help"], elsewhere);
  assert.equal(stdout, (await execute([...sourceCommand(), "--help"])).stdout);
});
