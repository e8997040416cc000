/**
 * What can be seen on a command line that cannot be used: enough to answer in the form that was asked for.
 * @module
 */
import { COMMANDS } from "../tables/commands.ts";
import { readWords } from "./words.ts";

/** Returns the command, null where none is clear, and whether --json was asked for. Throws nothing. */
export function seenOn(argv: readonly string[]): { readonly command: string | null; readonly json: boolean } {
  try {
    const { operands: [word = "plain"], given } = readWords(argv);
    const command = COMMANDS.some(({ name }) => name === word) ? word : null;
    return { command, json: given.get("json") === true };
  } catch {
    const flags = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
    return { command: null, json: flags.lastIndexOf("--json") > flags.lastIndexOf("--no-json") };
  }
}
