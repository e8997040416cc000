/**
 * How long it takes until something happens, beside an empty program.
 * @module
 */
import { deno, measure, ours } from "../child.ts";
import type { Context, PartResult } from "../types.ts";
import { middle } from "./export.ts";

/** Takes turns, and compares the middle of each. */
export async function start({ folder, say }: Context): Promise<PartResult> {
  const empty = `${folder}/empty.ts`;
  await Deno.writeTextFile(empty, "");
  let requestMs = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen(): void {} }, () => {
    requestMs ||= performance.now();
    return new Response("", { status: 401 });
  });
  const times = { bare: [] as number[], help: [] as number[], request: [] as number[] };
  for (let round = 0; round < 15; round++) {
    times.bare.push((await measure([Deno.execPath(), "run", empty])).ms);
    times.help.push((await measure(deno("main.ts", "--help"))).ms);
    requestMs = 0;
    const startMs = performance.now();
    await measure(ours(`http://127.0.0.1:${server.addr.port}`, folder)).catch(() => {});
    times.request.push(requestMs - startMs);
  }
  const [bare, help, request] = [middle(times.bare), middle(times.help), middle(times.request)];
  say(`empty program ${bare.toFixed(0)} ms, --help ${help.toFixed(0)} ms, first request ${request.toFixed(0)} ms`);
  const allowed = 1.5 * bare + 150;
  const goal = (what: string, ms: number): PartResult["goals"][number] => ({
    what: `${what}, over 1.5 times an empty program + 150 ms`,
    rule: "at most",
    limit: 1,
    measured: ms / allowed,
    unit: "x",
    from: `${ms.toFixed(0)} ms, empty program ${bare.toFixed(0)} ms`,
  });
  return { goals: [goal("`--help`", help), goal("start to first request", request)], curves: [] };
}
