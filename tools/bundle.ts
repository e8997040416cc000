/**
 * Makes the program one file that Deno, Node 22 and Bun run alike: dist/kiroframe-importer.js. Makes the library another.
 *
 *     deno run -A tools/bundle.ts [FOLDER]
 *
 * The bundle is CommonJS without its frame, so that a runtime may take it for a module or for a script: whatever
 * package.json lies above it, it runs. Modules of node: are loaded by what uses them, when it is used.
 * @module
 */
import { Buffer } from "node:buffer";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { OLDEST_DENO } from "../lib/version.ts";
import { type SourceMapV3, toLineMap } from "./line_map.ts";

/** The repository's root. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** The bundle's name, in whatever folder. */
export const BUNDLE_NAME = "kiroframe-importer.js";

/** The library's name, in whatever folder. */
export const LIBRARY_NAME = "mod.js";

/** What {@linkcode bundle} and {@linkcode bundleLibrary} made. */
export interface Bundle {
  /** The file. */
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** The paths of all files that went into it. */
  readonly sources: readonly string[];
}

/** The oldest Node that runs the bundle: undici's own limit. */
export const OLDEST_NODE = "22.19.0";

/** What packages do without where it is not installed: mysql2's colours of statements that it prints while it is debugged. */
const OPTIONAL = ['require("cardinal")'];

/** What stands before the code; its second line is for who has an older Node or Deno, and no idea what a syntax error means. */
export const HEAD: string = `#!/usr/bin/env node
${refusal()}
var require=process.getBuiltinModule;
`;

/** Bundles main.ts into a folder, which is made where it is not there. */
export async function bundle(folder: string): Promise<Bundle> {
  const made = await bundleEntry("main.ts", { format: "cjs", head: HEAD, path: join(resolve(folder), BUNDLE_NAME) });
  await chmod(made.path, 0o755);
  return made;
}

/** Bundles mod.ts into a folder, as a module. */
export async function bundleLibrary(folder: string): Promise<Bundle> {
  return await bundleEntry("mod.ts", { format: "esm", head: "", path: join(resolve(folder), LIBRARY_NAME) });
}

interface EntryOptions {
  readonly format: "cjs" | "esm";
  /** What stands before the code. */
  readonly head: string;
  readonly path: string;
}

async function bundleEntry(entry: string, { format, head, path }: EntryOptions): Promise<Bundle> {
  const scratch = await mkdtemp(join(tmpdir(), "kiroframe-importer-bundle-"));
  try {
    const raw = join(scratch, BUNDLE_NAME);
    const how = ["--platform=deno", `--format=${format}`, "--minify", "--sourcemap=external"];
    await deno(["bundle", "--quiet", ...how, "-o", raw, entry]);
    const map: SourceMapV3 = JSON.parse(await readFile(`${raw}.map`, "utf8"));
    const code = (await readFile(raw, "utf8")).trimEnd();
    const foreign = (code.match(/\brequire\("(?!node:)[^"]*"\)/g) ?? []).filter((call) => !OPTIONAL.includes(call));
    if (foreign.length > 0) throw new Error(`Cannot bundle: ${[...new Set(foreign)].join(", ")} would be left outside`);
    const lineMap = toLineMap(map, { keep: ownSource, linesBefore: head.split("\n").length - 1 });
    const data = Buffer.from(JSON.stringify(lineMap)).toString("base64");
    const text = `${head}${code}\n//# sourceMappingURL=data:application/json;base64,${data}\n`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return { path, bytes: Buffer.byteLength(text), sources: map.sources.map((source) => resolve(scratch, source)) };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

function refusal(): string {
  const [node, deno] = [OLDEST_NODE, OLDEST_DENO].map((version) => version.split(".").slice(0, 2));
  const needed = `Node ${node?.join(".")} or newer, or Deno ${deno?.join(".")} or newer`;
  return `{let v=process.versions,d=v.deno,[a,b]=(d||v.node).split("."),[c,e]=d?[${deno}]:[${node}];` +
    `if(a<c||a==c&&b<e){process.stderr.write("ERROR: kiroframe-importer needs ${needed}: found "+` +
    `(d?"Deno "+d:"Node "+v.node)+"\\n");process.exit(1)}}`;
}

/** The path inside the repository, wherever that lies: the bundle must not tell. */
function ownSource(source: string): string | undefined {
  if (source.includes("/npm/") || source.includes("node_modules/")) return undefined;
  return /(?:^|\/)((?:lib\/.*|main)\.ts)$/.exec(source)?.[1];
}

async function deno(args: readonly string[]): Promise<void> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdout: "null" });
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr).trim()}`);
}

if (import.meta.main) {
  const { path, bytes } = await bundle(Deno.args[0] ?? join(ROOT, "dist"));
  await Deno.stdout.write(new TextEncoder().encode(`${path}: ${(bytes / 1e6).toFixed(2)} MB\n`));
}
