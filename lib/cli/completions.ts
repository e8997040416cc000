/** stub */
import type { Shell } from "./command_specs.ts";
export function completions(shell: Shell): string {
  return shell;
}
