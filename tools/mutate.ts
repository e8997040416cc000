/**
 * Breaks the program in small ways, one at a time, and expects its tests to notice: what no test notices, nobody will.
 *
 *     deno run -A tools/mutate.ts [PART OF A FILE'S PATH]
 *
 * Each change of tools/mutations.ts is made in a copy of the work tree, never in the tree itself. Ends with one line
 * `N passed, N failed`: a change that survives has failed, and so has one whose text is no longer there.
 * @module
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutation, MUTATIONS } from "./mutations.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A test that a change makes wait for ever has noticed it. */
const TIMEOUT_MS = 180_000;

/** Why a mutation is not what its entry says; null where it is. */
type Complaint = string | null;

/** Copies every file that Git knows or would know: what an ignored folder holds is nobody's source. */
async function copyTree(target: string): Promise<void> {
  for (const file of (await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])).split("\0")) {
    if (file === "") continue;
    await mkdir(dirname(join(target, file)), { recursive: true });
    // A file that was deleted, and is not yet out of Git's index.
    await copyFile(join(ROOT, file), join(target, file)).catch((error) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

async function git(args: readonly string[]): Promise<string> {
  const { stdout, success } = await new Deno.Command("git", { args: [...args], cwd: ROOT }).output();
  if (!success) throw new Error(`git ${args.join(" ")} failed`);
  return new TextDecoder().decode(stdout);
}

/** Resolves true when all tests pass. Types are not checked: a change is to be noticed by what the program does. */
async function passes(tree: string, tests: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--quiet", ...tests],
    cwd: tree,
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (await command.output()).success;
}

/** Makes the change in the copy, asks the tests, and takes it back. */
async function complaintOf({ file, from, to, tests }: Mutation, tree: string): Promise<Complaint> {
  const path = join(tree, file);
  const text = await readFile(path, "utf8").catch(() => "");
  const count = text.split(from).length - 1;
  if (count !== 1) return `the text to change occurs ${count} times`;
  try {
    await writeFile(path, text.replace(from, () => to));
    return await passes(tree, tests) ? `no test noticed it: ${tests.join(", ")}` : null;
  } finally {
    await writeFile(path, text);
  }
}

async function main(part: string): Promise<void> {
  const chosen = MUTATIONS.filter(({ file }) => file.includes(part));
  const tree = await mkdtemp(join(tmpdir(), "kiroframe-importer-mutate-"));
  let failed = 0;
  try {
    await copyTree(tree);
    const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))];
    // What fails without any change would seem to notice all of them.
    if (!await passes(tree, tests)) throw new Error(`These tests fail as they are: ${tests.join(" ")}`);
    for (const mutation of chosen) {
      const complaint = await complaintOf(mutation, tree);
      if (complaint !== null) failed++;
      say(`${complaint === null ? "noticed " : "SURVIVED"} ${mutation.file}: ${complaint ?? mutation.wrong}`);
    }
  } finally {
    await rm(tree, { recursive: true });
  }
  say(`\n${chosen.length - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) await main(Deno.args[0] ?? "");
