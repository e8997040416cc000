/**
 * Places in the source behind places in the one-file bundle. Deno applies the bundle's own source map to stacks; Node
 * does so only for what it loads after a flag was set, too late for one file. So the map is read here, when first asked.
 * @module
 */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import type { SourceMap } from "node:module";
import process from "node:process";

/** A place in a file that runs. */
export interface Frame {
  /** Path or file URL. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

const MARK = "\n//# sourceMappingURL=data:application/json;base64,";

const maps = new Map<string, SourceMap | undefined>();

/** Returns the place that a frame comes from; the frame itself where its file carries no map, or none of that place. */
export function sourceOf(frame: Frame): Frame {
  if (!frame.path.endsWith(".js") && !isBinary()) return frame;
  if (!maps.has(frame.path)) maps.set(frame.path, readMap(frame.path));
  const entry = maps.get(frame.path)?.findEntry(frame.line - 1, frame.column - 1);
  if (entry === undefined || !("originalSource" in entry) || !entry.originalSource) return frame;
  return { path: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** Whether this runs inside a binary by Node (tools/binary/node.ts), whose frames name the binary itself. */
function isBinary(): boolean {
  return process.getBuiltinModule("node:sea")?.isSea() ?? false;
}

function readText(path: string): string {
  // A binary has the bundle beside itself, as it was.
  if (isBinary()) return process.getBuiltinModule("node:sea").getAsset("kiroframe-importer.js", "latin1");
  return readFileSync(path.startsWith("file:") ? new URL(path) : path, "latin1");
}

function readMap(path: string): SourceMap | undefined {
  try {
    const text = readText(path);
    const at = text.lastIndexOf(MARK);
    if (at === -1) return undefined;
    // Not by its name: Deno before 2.8 has no such export, and its stacks need no map of ours.
    const { SourceMap } = process.getBuiltinModule("node:module");
    return new SourceMap(JSON.parse(Buffer.from(text.slice(at + MARK.length), "base64").toString()));
  } catch {
    // A log line that names the bundle is better than none.
    return undefined;
  }
}
