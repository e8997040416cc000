/**
 * Where in our source a log line was asked for.
 * @module
 */

import { sourceOf } from "./bundle_map.ts";

export interface CallSite {
  /** Name of the file, without its folders. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Returns where the given function was called, which must be on the stack: the frame below it, so that nothing depends
 * on names of files, and a bundle with a source map gives its sources' names. Undefined when the runtime does not tell.
 */
export function callSiteOf(callee: (...args: never[]) => unknown): CallSite | undefined {
  const limit = Error.stackTraceLimit;
  // One frame is all that is needed: ten cost five times as much.
  Error.stackTraceLimit = 1;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  // Before the limit is given back: the stack is made when it is first read.
  const { stack } = holder;
  Error.stackTraceLimit = limit;
  return parseCallSite(stack ?? "");
}

/** Returns the place that the first frame of a stack names. */
export function parseCallSite(stack: string): CallSite | undefined {
  const named = /^ +at .*? \((.+):(\d+):(\d+)\)$/m;
  const bare = /^ +at (?:async )?(.+):(\d+):(\d+)$/m;
  const [, path, line, column] = named.exec(stack) ?? bare.exec(stack) ?? [];
  if (path === undefined) return undefined;
  const source = sourceOf({ path, line: Number(line), column: Number(column) });
  return { file: source.path.replace(/[?#].*/, "").replace(/^.*[/\\]/, ""), line: source.line };
}
