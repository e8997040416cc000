/**
 * The program as an engine starts it: one file that is executable, whatever runs it.
 * @module
 */
import { join } from "node:path";
import { programCommand } from "../../tools/program.ts";
import { denoDir } from "./command.ts";

/**
 * Writes a script that runs the program, after some lines of shell that may end it before; returns its path.
 *
 * @param before `$TRY` is the number of this call of the script, from 1
 */
export async function writeProgram(folder: string, before = ""): Promise<string> {
  const path = join(folder, "kiroframe-importer");
  const words = programCommand().map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(
    path,
    `#!/usr/bin/env bash
export DENO_DIR='${await denoDir()}' NO_COLOR=1
echo "$*" >>'${path}.calls'
TRY=$(grep -c -F -x -- "$*" '${path}.calls')
${before}
exec ${words} "$@"
`,
  );
  await Deno.chmod(path, 0o755);
  return path;
}

/** The words of each call of that script so far. */
export async function callsOf(program: string): Promise<string[]> {
  return (await Deno.readTextFile(`${program}.calls`)).trimEnd().split("\n");
}
