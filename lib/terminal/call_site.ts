/**
 * Where in our source a log line was asked for.
 * @module
 */

/** A place in the source. */
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
  const [, file, line] = /^ +at .*?([^/\\\s(]+):(\d+):\d+\)?$/m.exec(stack) ?? [];
  return file === undefined ? undefined : { file: file.replace(/[?#].*/, ""), line: Number(line) };
}
