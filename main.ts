/**
 * The program: arguments and environment in, exit code out.
 * @module
 */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import process from "node:process";
import { run } from "./lib/cli/run.ts";
import { InterruptedError } from "./lib/errors.ts";

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The first asks for a clean end; who asks twice does not want to wait.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new InterruptedError(`Interrupted by ${signal}`));
  });
}

// No top-level await: in the one-file bundle this is CommonJS, so that what a command does not need is not loaded.
run(process.argv.slice(2), {
  env: process.env,
  home: homedir(),
  readFile: (path) => readFileSync(path, "utf8"),
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
}).then((code) => process.exit(code));
