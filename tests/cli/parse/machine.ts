import assert from "node:assert/strict";
import { parseCommandLine } from "../../../lib/cli/parse/command_line.ts";
import type { ParsedCommand } from "../../../lib/cli/parse/command_line.ts";
import { UsageError } from "../../../lib/errors.ts";

export const REQUIRED = ["--tracking-url", "http://m:5000", "--kiroframe-url", "http://k", "--profiling-token", "t"];

export interface Machine {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
}

export function parse(argv: readonly string[], { env = {}, files = {} }: Machine = {}): ParsedCommand {
  return parseCommandLine(argv, {
    env,
    home: "/home/ml",
    readFile(path): string {
      const text = files[path];
      if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
      return text;
    },
  });
}

export function refuses(argv: readonly string[], message: RegExp | string, machine: Machine = {}): void {
  assert.throws(() => parse(argv, machine), (error: unknown) => {
    assert.ok(error instanceof UsageError, String(error));
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}
