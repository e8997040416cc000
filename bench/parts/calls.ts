/**
 * Calls to MLflow for the shape of the export: ours beside the floor's, which are the least.
 * @module
 */
import { deno, measure, ours } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import type { Context, PartResult } from "../types.ts";

/** Counts the calls of the whole command, models and version included, on two sandboxes of the same content. */
export async function calls({ scale, folder, say }: Context): Promise<PartResult> {
  const world = { experiments: 20, runs: Math.ceil(2_000 * scale), metrics: 10, points: 100 };
  const count = async (command: (url: string) => readonly string[]): Promise<number> => {
    await using sandbox = await startSandbox(world);
    await measure(command(sandbox.url));
    return await sandbox.end();
  };
  const least = await count((url) => deno("bench/programs/floor.ts", url));
  const own = await count((url) => ours(url, folder));
  say(`floor ${least} calls, ours ${own}`);
  return {
    goals: [{
      what: `calls to MLflow for ${world.runs.toLocaleString("en")} runs x 10 metrics x 100 points, over the least`,
      rule: "at most",
      limit: 1.05,
      measured: own / least,
      unit: "x",
      from: `ours ${own}, the least ${least} (a page an experiment, 90 runs a bulk call)`,
    }],
    curves: [],
  };
}
