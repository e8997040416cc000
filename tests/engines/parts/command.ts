/**
 * Runs the programs of other people.
 * @module
 */

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with which further variables it runs. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end. */
export async function execute(
  [program = "", ...args]: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> {
  const output = await new Deno.Command(program, { args, ...options, stdin: "null", stdout: "piped", stderr: "piped" })
    .output();
  const decoder = new TextDecoder();
  return { code: output.code, stdout: decoder.decode(output.stdout), stderr: decoder.decode(output.stderr) };
}

/** The same; rejects with what it said when it fails. */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  const ended = await execute(command, options);
  if (ended.code !== 0) {
    throw new Error(`Cannot run ${command.join(" ")}: exit ${ended.code}\n${ended.stdout}${ended.stderr}`);
  }
  return ended;
}

/** Where this Deno keeps what it fetched: a program with another home folder has to be told. */
export async function denoDir(): Promise<string> {
  const { stdout } = await run([Deno.execPath(), "info", "--json"]);
  return JSON.parse(stdout).denoDir;
}
