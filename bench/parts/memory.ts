/**
 * Memory that does not grow: with the count of runs, and with the length of a history.
 * @module
 */
import { measure, ours } from "../child.ts";
import { startSandbox } from "../sandbox.ts";
import { middle } from "./export.ts";
import type { Context, PartResult } from "../types.ts";

/** Takes the most resident memory of whole exports: the middle of three. */
export async function memory({ scale, folder, say }: Context): Promise<PartResult> {
  // The counts of runs stay: below a thousand, all of them are in work at once.
  const shape = { metrics: 10, points: Math.max(5, Math.ceil(20 * scale)) };
  const once = async (world: Parameters<typeof startSandbox>[0]): Promise<number> => {
    await using sandbox = await startSandbox(world);
    const { peakMb } = await measure(ours(sandbox.url, folder));
    say(`${world.runs} runs x ${world.metrics} x ${world.points}: ${peakMb.toFixed(0)} MB`);
    return peakMb;
  };
  /** The collector's moment is chance: the middle of three. */
  const peak = async (world: Parameters<typeof startSandbox>[0]): Promise<number> =>
    middle([await once(world), await once(world), await once(world)]);
  const [few, many] = [2_000, 20_000];
  const small = await peak({ ...shape, experiments: 20, runs: few });
  const large = await peak({ ...shape, experiments: 20, runs: many });
  const points = Math.ceil(5_000_000 * scale);
  const long = await peak({ experiments: 1, runs: 1, metrics: 1, points });
  return {
    goals: [
      {
        what: `peak memory, ${many.toLocaleString("en")} runs over ${
          few.toLocaleString("en")
        } runs x 10 metrics x ${shape.points} points (sandbox)`,
        rule: "at most",
        limit: 1.2,
        measured: large / small,
        unit: "x",
        from: `${large.toFixed(0)} MB, ${small.toFixed(0)} MB`,
      },
      {
        what: `peak memory, one run with ${points.toLocaleString("en")} points (sandbox)`,
        rule: "at most",
        limit: 300,
        measured: long,
        unit: "MB",
        from: `${long.toFixed(0)} MB`,
      },
    ],
    curves: [],
  };
}
