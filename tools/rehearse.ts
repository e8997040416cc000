/**
 * Goes through a release on this machine, as far as it can: makes what .github/workflows/release.yml makes into
 * dist/rehearsal, serves that on loopback, and installs from there by install.sh, the action's way and npm.
 *
 *     deno run -A tools/rehearse.ts
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { nodeRuntime } from "./binary/node_runtime.ts";
import { RELEASED, type Target, TARGETS } from "./binary/targets.ts";
import { bundle, ROOT } from "./bundle.ts";
import { compile } from "./compile.ts";
import { makeNpmPackage } from "./npm_package.ts";
import { makeReleaseFiles } from "./release_files.ts";
import { releaseNotes } from "./release_notes.ts";

const FOLDER = join(ROOT, "dist", "rehearsal");

/** What a step is run with. */
interface StepOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const { version } = JSON.parse(await readFile(join(ROOT, "deno.json"), "utf8"));
const release = join(FOLDER, "release");
const scratch = await mkdtemp(join(tmpdir(), "kiroframe-importer-rehearsal-"));
const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
  const name = new URL(request.url).pathname.slice(1);
  const file = await Deno.open(join(release, name)).catch(() => undefined);
  return file === undefined ? new Response(null, { status: 404 }) : new Response(file.readable);
});
const url = `http://127.0.0.1:${server.addr.port}`;
try {
  await make();
  await install();
  await say(`\nRehearsed: ${release}\n`);
} finally {
  await server.shutdown();
  await rm(scratch, { recursive: true });
}

async function make(): Promise<void> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const changelog = (await readFile(join(ROOT, "CHANGELOG.md"), "utf8")).replace("[Unreleased]", `[${version}]`);
  await writeFile(join(FOLDER, "release_notes.md"), releaseNotes(`v${version}`, { changelog, version }));
  await say(`notes of v${version}, from what is unreleased`);
  const npmPackage = join(FOLDER, "npm");
  await makeNpmPackage(npmPackage);
  const binaries = join(FOLDER, "bin");
  const { path } = await bundle(FOLDER);
  const targets: Target[] = [];
  for (const target of TARGETS) {
    // Deno's runtimes come from its release host, which not every network reaches.
    const made = await compile(target, { bundlePath: path, folder: binaries }).catch((error: Error) => error);
    if (made instanceof Error && RELEASED[target] === "node") throw made;
    if (made instanceof Error) await say(`NOT MADE: ${target}: ${reasonOf(made)}`);
    else targets.push(target);
  }
  await makeReleaseFiles({ url, binaries, targets, npmPackage, folder: release });
  for await (const { name } of Deno.readDir(release)) {
    await say(`${name}: ${((await Deno.stat(join(release, name))).size / 1e6).toFixed(1)} MB`);
  }
}

/** The last cause that Deno tells of an error. */
function reasonOf({ message }: Error): string {
  return message.match(/^ {4}\d+: .*$/gm)?.at(-1)?.replace(/^ +\d+: /, "") ?? message;
}

/** Installs by each way, into folders of their own, and runs what came. */
async function install(): Promise<void> {
  await run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], { cwd: release });
  const runtime = RELEASED[Deno.build.target as Target] === "node" ? "Node" : "Deno";

  const prefix = join(scratch, "prefix");
  await run(["sh", join(release, "install.sh")], { env: { PREFIX: prefix } });
  await check("install.sh", [join(prefix, "bin", "kiroframe-importer")], runtime);

  const paths = join(scratch, "paths");
  await run(["bash", join(ROOT, "action", "setup.sh")], {
    env: { RUNNER_TEMP: scratch, GITHUB_PATH: paths, GITHUB_ACTION_PATH: ROOT, VERSION: version, BASE_URL: url },
  });
  const [folder = ""] = (await readFile(paths, "utf8")).split("\n");
  await check("the action", [join(folder, "kiroframe-importer")], runtime);

  const project = join(scratch, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }');
  await run(["npm", "install", "--silent", `${url}/kiroframe-importer-${version}.tgz`], { cwd: project });
  // The machine's own Node may be an older one than the package takes.
  const { executable } = await nodeRuntime(Deno.build.target as Target);
  const env = { PATH: [dirname(executable), Deno.env.get("PATH") ?? ""].join(delimiter) };
  await check("npm", ["npx", "kiroframe-importer"], "Node", { cwd: project, env });
}

/** Holds the program that a way brought to its version and runtime, and runs the demo. */
async function check(
  way: string,
  command: readonly string[],
  runtime: string,
  options: StepOptions = {},
): Promise<void> {
  const told = await run([...command, "--version"], options);
  assert.match(told, new RegExp(`^kiroframe-importer ${RegExp.escape(version)} \\(${runtime} [\\d.]+\\)\n$`), way);
  await run([...command, "demo"], options);
  await say(`installed by ${way}, and its demo ran: ${told.trim()}`);
}

async function run([program = "", ...args]: readonly string[], options: StepOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, ...options }).output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, `${program} ${args.join(" ")}: ${decoder.decode(stdout)}${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

async function say(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
