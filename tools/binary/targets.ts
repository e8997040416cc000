/**
 * The systems that binaries are made for, and which runtime is inside each.
 * @module
 */
import { join } from "node:path";

/** As Deno names them. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

export type Target = typeof TARGETS[number];

/** What the bundle runs on inside a binary. */
export type Runtime = "node" | "deno";

/**
 * The runtime of each of a release's binaries. Linux and Windows have the one that the tests run (`test:binary`, `test:windows`);
 * macOS starts only what is signed, which `deno compile` does by itself and Node leaves to Apple's own tool.
 */
export const RELEASED: Readonly<Record<Target, Runtime>> = {
  "x86_64-unknown-linux-gnu": "node",
  "aarch64-unknown-linux-gnu": "node",
  "x86_64-apple-darwin": "deno",
  "aarch64-apple-darwin": "deno",
  "x86_64-pc-windows-msvc": "node",
};

/** Where a binary is made. */
export interface BinaryOptions {
  readonly bundlePath: string;
  /** The folder of the binary. */
  readonly folder: string;
}

/** Returns the path of a target's binary. */
export function binaryPath(target: Target, folder: string): string {
  return join(folder, `kiroframe-importer-${target}${isWindows(target) ? ".exe" : ""}`);
}

/** Returns the path of the licence that a target's binary has with Node in it. */
export function nodeLicencePath(target: Target, folder: string): string {
  return join(folder, `LICENSE_of_Node-${target}.txt`);
}

export function isWindows(target: Target): boolean {
  return target.includes("windows");
}
