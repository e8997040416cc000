/**
 * What doctor found, for a terminal of 80 columns: pure.
 * @module
 */
import type { Check } from "../../shapes/checks.ts";
import { visible } from "../../visible.ts";
import { wrapped } from "./wrap.ts";

const COLUMNS = 80;
const CHECK_COLUMNS = 14;
const INDENT = 2 + 5 + 2 + CHECK_COLUMNS + 2;

/** Returns a line for each check, and what to do below those that are not well; ended by a newline. */
export function checksText(checks: readonly Check[]): string {
  const parts = [...Map.groupBy(checks, ({ part }) => part)].map(([part, list]) => {
    return `${part}\n${list.map(lines).join("")}`;
  });
  return `${parts.join("\n")}\n${conclusion(checks)}\n`;
}

function lines({ check, state, found, hint }: Check): string {
  const [first = "", ...others] = wrapped(visible(found), COLUMNS - INDENT);
  const advice = hint === null ? [] : wrapped(`-> ${visible(hint)}`, COLUMNS - INDENT);
  const below = [...others, ...advice].map((line) => `${" ".repeat(INDENT)}${line}\n`);
  return `  ${state.padEnd(5)}  ${check.padEnd(CHECK_COLUMNS)}  ${first}`.trimEnd() + `\n${below.join("")}`;
}

function conclusion(checks: readonly Check[]): string {
  const countOf = (state: Check["state"]): number => checks.filter((check) => check.state === state).length;
  const [faults, notes] = [countOf("fault"), countOf("note")];
  if (faults > 0) return `${faults} of ${checks.length} checks failed. Nothing was written or sent.`;
  const all = `All ${checks.length} checks passed${notes === 0 ? "" : `, ${notes} with a note`}.`;
  return `${all} Nothing was written or sent.`;
}
