/**
 * The program: arguments and environment in, exit code out.
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { InterruptedError } from "./lib/errors.ts";
import { homeFolder } from "./lib/runtime/home.ts";
import { isTooOld, OLDEST_DENO } from "./lib/version.ts";

const deno = process.versions["deno"];
if (deno !== undefined && isTooOld(deno, OLDEST_DENO)) {
  process.stderr.write(`ERROR: kiroframe-importer needs Deno ${OLDEST_DENO} or newer: found Deno ${deno}\n`);
  process.exit(1);
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The first asks for a clean end; who asks twice does not want to wait.
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new InterruptedError(`Interrupted by ${signal}`));
  });
}

// No top-level await: in the one-file bundle this is CommonJS, so that what a command does not need is not loaded.
// Not imported above: an older Deno would end over what it does not know before its version is looked at.
import("./lib/cli/run.ts").then(({ run }) =>
  run(process.argv.slice(2), {
    env: process.env,
    home: homeFolder(),
    readFile: (path) => readFileSync(path, "utf8"),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stop.signal,
  })
).then((code) => process.exit(code));
