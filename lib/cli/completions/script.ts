/**
 * The script that teaches a shell to complete commands, flags and choices, from the tables: pure functions.
 * @module
 */
import type { Shell } from "../tables/commands.ts";
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import { powershell } from "./powershell.ts";
import { zsh } from "./zsh.ts";

const SCRIPTS: { readonly [S in Shell]: () => string } = { bash, zsh, fish, powershell };

/** Returns the script for a shell. */
export function completions(shell: Shell): string {
  return SCRIPTS[shell]();
}
